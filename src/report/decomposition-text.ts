import type { Decomposition, LatencyPart, PercentileParts, Summary } from '../measure/figures.js';
import { milliseconds, percent, percentileName } from './format.js';
import { wrap } from './layout.js';
import { prose } from './markdown-text.js';
import type { Style } from './terminal-figures.js';

const heading = 'Where the stop latency goes';

export const partNames: Readonly<Record<LatencyPart, string>> = {
  detect: 'detect',
  decide: 'decide',
  'detect-and-decide': 'detect and decide',
  flush: 'flush',
  drain: 'drain',
  'flush-and-drain': 'flush and drain',
};

/** For a terminal; empty where no attempt could be taken apart. */
export function latencyParts({ decomposition }: Summary, { paint, width }: Style): string[] {
  const lines = decompositionSentences(decomposition);
  return lines.length === 0 ? [] : [paint.bold(heading), ...lines.flatMap((line) => wrap(`  ${line}`, width, '    '))];
}

/** For report.md; empty where no attempt could be taken apart. */
export function latencyPartsSection({ decomposition }: Summary): string[] {
  const lines = decompositionSentences(decomposition);
  return lines.length === 0 ? [] : [`### ${heading}`, '', ...lines.map((line) => `- ${prose(line)}`)];
}

/** What p50 and p95 are made of, one line each, and what was left out; empty where no attempt could be taken apart. */
export function decompositionSentences({ percentiles, yields, decomposed, withoutParts, outOfOrder }: Decomposition): string[] {
  if (decomposed === 0 && outOfOrder === 0) return [];
  const reasons = [
    ...(withoutParts > 0 ? [`${withoutParts} without events of the agent`] : []),
    ...(outOfOrder > 0 ? [`${outOfOrder} whose events are out of order`] : []),
  ];
  return [...percentiles.map(sentenceOf), ...(reasons.length > 0 ? [`left out of ${yields} yields: ${reasons.join(', ')}`] : [])];
}

function sentenceOf({ p, valueMs, ofYieldsAlone, n, fromTrace, meanMs, parts, largest }: PercentileParts): string {
  const name = `${percentileName(p)}${ofYieldsAlone ? ' is a miss; of the yields alone' : ''}`;
  if (largest === null) return `${name} ${milliseconds(valueMs)}: no attempt to take apart`;
  const sum = parts.map(({ part, meanMs: ofPart }) => `${partNames[part]} ${ofPart.toFixed(1)}`).join(' + ');
  const share = parts.find(({ part }) => part === largest)?.share ?? null;
  const source = fromTrace === 0 ? '' : fromTrace === n ? ", by the agent's own trace" : `, ${fromTrace} by the agent's own trace`;
  return `${name} ${milliseconds(valueMs)}: ${sum} = ${milliseconds(meanMs)} (mean of the ${n} nearest${source}); largest: ${partNames[largest]}, ${percent(share)}`;
}
