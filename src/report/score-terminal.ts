import { createColors } from 'picocolors';
import { counts, milliseconds, nothing, percent, percentileInterval, percentileName, percentileValue, rateInterval } from './format.js';
import { columns, safe, wrap } from './layout.js';
import { shortName } from './score-csv.js';
import type { ChanceFloor, ScoredFile, ScoredOnset, ScoreReport } from './score-report.js';
import type { TerminalOptions } from './terminal.js';
import type { Style } from './terminal-figures.js';

/** So many onsets are shown; the others are in attempts.csv. */
const shownOnsets = 20;

/** What a person reads of scored calls, lines with `\n`. */
export function renderScore(report: ScoreReport, options: TerminalOptions): string {
  const style: Style = { width: Math.min(100, Math.max(80, options.columns)), paint: createColors(options.colour) };
  const sections = [recordings(report, style), onsets(report, style), rates(report, style), notes(report, style)];
  return `${sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function recordings({ files, callerChannel, version }: ScoreReport, { paint, width }: Style): string[] {
  const rows = files.map((file) => [
    cut(shortName(file.file), 24),
    clock(file.durationMs),
    clock(file.agentSpeechMs),
    level(file.agentDbfs, file.agentFloorDbfs),
    clock(file.callerSpeechMs),
    level(file.callerDbfs, file.callerFloorDbfs),
  ]);
  const heads = ['recording', 'length', 'agent', 'dB/floor', 'caller', 'dB/floor'].map((name) => paint.dim(name));
  return [
    paint.bold(`bargein ${version} · ${files.length} ${files.length === 1 ? 'recording' : 'recordings'}, the caller on the ${callerChannel} channel`),
    ...columns([heads, ...rows], 'lrrrrr'),
    ...files.flatMap((file) => echoLines(file, width)),
  ];
}

function echoLines({ file, echo, backEcho, echoOnsets }: ScoredFile, width: number): string[] {
  const lines = [];
  const of = ({ delayMs, gainDb }: NonNullable<ScoredFile['echo']>) => `${delayMs.toFixed(1)} ms late, ${gainDb.toFixed(1)} dB`;
  if (echo) lines.push(`  ${shortName(file)}: the agent is heard in the caller's channel (${of(echo)}); taken out, ${echoOnsets} seeming turns of the caller with it`);
  if (backEcho) lines.push(`  ${shortName(file)}: the caller is heard in the agent's channel (${of(backEcho)}); taken out`);
  return lines.flatMap((line) => wrap(line, width, '    '));
}

function onsets({ onsets: all, labels }: ScoreReport, { paint, width }: Style): string[] {
  const outcome = (name: string) => [name.replace('-', ' '), all.filter(({ result }) => result.outcome === name).length] as const;
  const heading = paint.bold(`The caller starts to speak while the agent speaks: ${all.length} ${all.length === 1 ? 'time' : 'times'}`);
  if (all.length === 0) return [heading];
  const heads = ['recording', 'at', 'intent', 'outcome', 'stop ms', 'over', 'reply', 'again'].map((name) => paint.dim(name));
  const rows = all.slice(0, shownOnsets).map((onset) => onsetRow(onset));
  return [
    heading,
    ...columns([heads, ...rows], 'lrllrrrr', 1),
    '  In ms: over: both speak; reply: since the caller ended; again: since the stop',
    ...(all.length > shownOnsets ? [`  ... and ${all.length - shownOnsets} more in attempts.csv`] : []),
    ...wrap(`Outcomes: ${counts((['yielded', 'resumed', 'talked-through', 'held', 'invalid'] as const).map(outcome))}`, width, '  '),
    ...(labels === null ? wrap('No rates: nobody has said which of these should have stopped the agent. Fill in the intents of labels.csv and name it with --labels.', width, '  ') : []),
  ];
}

function onsetRow({ file, userOnsetMs, intent, talkOverMs, result }: ScoredOnset): string[] {
  return [
    cut(shortName(file), 12),
    clock(userOnsetMs, 2),
    intent ?? nothing,
    result.outcome === 'invalid' ? cut(result.invalidReason ?? 'invalid', 15) : result.outcome,
    whole(result.stopLatencyMs),
    whole(talkOverMs),
    whole(result.responseLatencyMs),
    whole(result.resumedAfterMs),
  ];
}

function rates({ summary }: ScoreReport, { paint }: Style): string[] {
  if (summary === null) return [];
  const [all] = summary.groups;
  const limits = all.limits.map(({ limitMs, interrupt, quiet }) => [`within ${limitMs} ms`, paint.bold(percent(interrupt.rate)), rateInterval(interrupt), percent(quiet.rate)]);
  const percentiles = all.percentiles.map((figure) => [percentileName(figure.p), paint.bold(percentileValue(figure)), percentileInterval(figure)]);
  const holds = summary.groups
    .filter(({ group, falseYield }) => group === 'intent' && falseYield.n > 0)
    .map(({ value, falseYield }) => [safe(value ?? ''), percent(falseYield.rate), rateInterval(falseYield), `${falseYield.count} of ${falseYield.n}, ${falseYield.recovered} resumed`]);
  return [
    paint.bold(`Interrupt rate: went quiet in time and stayed quiet (${all.nInterruptions} valid interruptions)`),
    ...columns([['', 'rate', '95 % interval', 'quiet rate'].map((name) => paint.dim(name)), ...limits], 'lrrr'),
    '',
    ...columns([['stop latency', '', '95 % interval'].map((name) => paint.dim(name)), ...percentiles], 'lrl'),
    ...(holds.length > 0 ? ['', ...columns([['false yields', 'rate', '95 % interval', ''].map((name) => paint.dim(name)), ...holds], 'lrrl')] : []),
  ];
}

function notes({ hangoverMs, pausesSeen, chance, summary, labels, files, warnings }: ScoreReport, { paint, width }: Style): string[] {
  const from = pausesSeen === 0 ? 'no undisturbed pause of the agent was seen' : `the longest of ${pausesSeen} undisturbed pauses of the agent`;
  const lines = [`Hangover: ${hangoverMs} ms of silence confirm a stop (${from}).`, ...chanceLines(chance)];
  if (labels) {
    const elsewhere = labels.ofOtherFiles > 0 ? `, ${labels.ofOtherFiles} of recordings that were not given` : '';
    lines.push(`Labels: ${labels.matched} of ${labels.given} at an onset that was found, ${labels.measuredAtLabel} measured at their own time${elsewhere}.`);
  }
  const silent = files.reduce((sum, { onsetsInSilence }) => sum + onsetsInSilence, 0);
  lines.push(`Left out: ${silent} turns of the caller that begin while the agent is silent.`);
  if (summary) lines.push(`95 % intervals are clustered by recording (${files.length}). The error of a stop is not known for a recording; docs/score.md shows it for recordings whose truth is known.`);
  return [...lines.flatMap((line) => wrap(line, width, '  ')), ...warnings.flatMap((warning) => wrap(`Warning: ${warning}`, width, '  ').map((line) => paint.yellow(line)))];
}

/** What an onset would seem to cause by chance, for the yields and the false yields to be read against. */
function chanceLines({ n, within, inWindow }: ChanceFloor): string[] {
  if (n === 0) return ['By chance: not known, there is no place in the speech of the agent that no caller is near.'];
  const shares = within.map(({ limitMs, count }) => `${percent(count / n)} within ${limitMs} ms`).join(', ');
  return [`By chance: at ${n} places that no caller is near the agent went quiet by itself in ${shares}, ${percent(inWindow / n)} within the whole window of 3 s.`];
}

function level(speechDbfs: number | null, floorDbfs: number | null): string {
  return speechDbfs === null ? nothing : `${speechDbfs.toFixed(0)}/${floorDbfs === null ? nothing : floorDbfs.toFixed(0)}`;
}

function whole(ms: number | null): string {
  return ms === null ? nothing : milliseconds(ms, 0).replace(' ms', '');
}

/** `1:02:03.45`, `2:03`. */
function clock(ms: number, decimals = 0): string {
  const unit = 10 ** decimals;
  const total = Math.round((ms * unit) / 1000) / unit;
  const [hours, minutes] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60)];
  const seconds = (total % 60).toFixed(decimals).padStart(decimals === 0 ? 2 : 3 + decimals, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

function cut(text: string, length: number): string {
  const characters = [...safe(text)];
  return characters.length <= length ? characters.join('') : `…${characters.slice(characters.length - length + 1).join('')}`;
}
