import type { ComparedRun, Comparison, Flip } from '../measure/comparison.js';
import { comparedDifference, comparedInterval, comparedSmallest, comparedValue } from './comparison-text.js';
import { milliseconds, nothing } from './format.js';
import { code, folded, prose, table } from './markdown-text.js';

/** Attempts shown that came out differently: a comment has room for so many. */
const mostFlips = 20;

/** The run against its baseline, a row a figure, each with its verdict. */
export function comparisonSection(comparison: Comparison | null): string[] {
  if (comparison === null) return [];
  const { base, head, lines, mismatches, warnings, method, pairs, validPairs, unpaired } = comparison;
  const rows = lines.map((line) => [
    code(line.metric),
    comparedValue(line, line.base),
    comparedValue(line, line.head),
    comparedDifference(line),
    comparedInterval(line),
    line.pHolm === null ? nothing : line.pHolm < 0.001 ? prose('< 0.001') : line.pHolm.toFixed(3),
    comparedSmallest(line),
    `${line.verdict === 'regressed' ? '**regressed**' : line.verdict}${line.note === null ? '' : `: ${prose(line.note)}`}`,
  ]);
  const heads = ['', 'base', 'head', 'difference', '95 % interval', 'p (Holm)', 'could have shown', 'verdict'];
  const alone = unpaired > 0 ? `, in one run only: ${unpaired}` : '';
  return [
    '### Against the baseline',
    '',
    `Base ${runName(base)}, head ${runName(head)}. Attempts in both: ${pairs}, valid in both: ${validPairs}${alone}.`,
    ...(warnings.length === 0 ? [] : ['', ...warnings.map((warning) => `- ${prose(warning)}`)]),
    '',
    ...table(heads, rows, 'lrrrrrrl'),
    ...(mismatches.length === 0 ? [] : ['', '**The runs differ in more than the build:**', '', ...mismatches.map((mismatch) => `- ${prose(mismatch)}`)]),
    '',
    prose(method),
    ...flipLines(comparison.flips),
  ];
}

function runName({ label, agent, runId }: ComparedRun): string {
  return `${code(label)} (${code(agent)}, run ${code(runId)})`;
}

function flipLines(flips: readonly Flip[]): string[] {
  if (flips.length === 0) return [];
  const worse = flips.filter(({ direction }) => direction === 'worse').length;
  const rows = flips.slice(0, mostFlips).map((flip) => [
    code(flip.attemptId),
    flip.direction,
    prose([flip.intent, flip.persona, flip.condition].join(', ')),
    `${flip.baseOutcome} ${milliseconds(flip.baseMs)}`,
    `${flip.headOutcome} ${milliseconds(flip.headMs)}`,
    flip.limitsMs.join(', '),
  ]);
  const shown = flips.length > mostFlips ? `; the first ${mostFlips}` : '';
  const heads = ['attempt', '', 'what', 'base', 'head', 'limits, ms'];
  return ['', ...folded(`Attempts that came out differently: ${worse} worse, ${flips.length - worse} better${shown}`, table(heads, rows, 'lllrrr'))];
}
