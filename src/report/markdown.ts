import type { Report } from './report.js';
import { latencyPartsSection } from './decomposition-text.js';
import { counts, milliseconds } from './format.js';
import { gateCount, gateEstimate, gateInterval } from './gate-text.js';
import { comparisonSection } from './markdown-comparison.js';
import { personaSection, yieldAndHoldSection } from './markdown-figures.js';
import { code, folded, prose, table } from './markdown-text.js';
import { caveatSection, stackSection, talliesSection, traceHead } from './markdown-trace.js';

/** report.md: what a pull request needs to know. Trust first, then yield and hold, gates, comparison, warnings. */
export function markdownReport(report: Report): string {
  const sections = [
    headSection(report),
    caveatSection(report),
    trustSection(report),
    yieldAndHoldSection(report.summary),
    latencyPartsSection(report.summary),
    stackSection(report),
    gateSection(report),
    comparisonSection(report.comparison),
    warningSection(report),
    talliesSection(report),
    personaSection(report.summary),
    methodSection(report),
  ];
  return `${sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headSection({ info, gates, comparison }: Report): string[] {
  const regressed = comparison?.lines.filter(({ verdict }) => verdict === 'regressed').length ?? 0;
  const news = [
    ...(info.untrusted.length > 0 ? ['not to be trusted'] : []),
    ...(gates.length > 0 ? [gateCount(gates)] : []),
    ...(regressed > 0 ? [`${regressed} regressed`] : []),
  ];
  const { profile, attempts } = info.draw;
  const heading = `## bargein${news.length === 0 ? '' : `: ${news.join(', ')}`}`;
  if (info.trace !== null) return [heading, '', traceHead(info, info.trace)];
  const shard = info.shard === null ? '' : `, shard ${info.shard.index} of ${info.shard.of}`;
  return [
    heading,
    '',
    `Build ${code(info.label)}, agent ${code(info.agent)}: ${code(profile)} draw of ${code(info.corpus.name)}, ${attempts} attempts${shard}, seed ${info.seed}, ${info.clock} clock, run ${code(info.runId)}`,
  ];
}

function trustSection({ info }: Report): string[] {
  if (info.untrusted.length === 0) return [];
  return [`**This ${info.source === 'trace' ? 'trace' : 'run'} cannot be trusted:**`, '', ...info.untrusted.map((reason) => `- ${prose(reason)}`)];
}

function gateSection({ gates }: Report): string[] {
  if (gates.length === 0) return [];
  const rows = gates.map((result) => [
    result.passed ? 'pass' : '**FAIL**',
    code(result.gate.text),
    gateEstimate(result),
    gateInterval(result),
    prose(result.reason),
  ]);
  return ['### Gates', '', ...table(['', 'gate', 'seen', '95 % interval', 'why'], rows, 'llrrl')];
}

function warningSection({ info }: Report): string[] {
  if (info.warnings.length === 0) return [];
  const lines = info.warnings.map(({ seen, cause, remedy }) => `- ${prose(seen)}. Likely cause: ${prose(cause)}. Try: ${prose(remedy)}.`);
  return folded(`${info.warnings.length} ${info.warnings.length === 1 ? 'warning' : 'warnings'}`, lines);
}

function methodSection({ info, summary }: Report): string[] {
  const [all] = summary.groups;
  const outcomes = counts([
    ['yielded', all.nYielded],
    ['resumed', all.nResumed],
    ['talked through', all.nTalkedThrough],
    ['held', all.nHeld],
    ['invalid', all.nInvalidHarness + all.nInvalidAgent],
    ['errored', all.nErrored],
  ]);
  const unfinished = info.unfinished > 0 ? `, not measured ${info.unfinished}` : '';
  const errorBar = info.errorBarMs === null ? (info.source === 'trace' ? 'none, these are the times of the pipeline itself' : 'not known') : milliseconds(info.errorBarMs, 2);
  return [`Outcomes: ${outcomes}${unfinished}. Error bar: ${errorBar}. ${prose(summary.method)} bargein ${prose(info.version)}.`];
}
