import { BargeinError, nearest } from '../errors.js';
import type { StageFigures } from '../types.js';
import type { GateResult } from './gates.js';
import type { Gate, GateOperator } from './gate-parser.js';
import { judgeSeen, valueOf } from './gates.js';
import { stackFigures, stages } from './stack-names.js';

const percentiles = ['p50', 'p95', 'p99'] as const;
/** Shares of the spans of a stage: marked as errors, without a first byte, with a final transcript of other words. */
const shares = ['errors', 'nothing', 'revised'] as const;

const example = "write e.g. 'p95[tts.first_byte] <= 350' or 'errors[llm] <= 2%'";
const shape = /^(\w+) ?\[ ?([\w.]+) ?\] ?(>=|<=|>|<)([^<>=]+)$/;

/**
 * Reads a gate on a stage of a trace: `p95[tts.first_byte] <= 350`, `errors[llm] <= 2%`.
 * @returns null where the text is of another kind: `parseGate` reads that
 * @throws BargeinError for a stage or figure that no trace has, and a value without sense
 */
export function parseStackGate(text: string): Gate | null {
  const written = text.trim().replace(/\s+/g, ' ');
  const match = shape.exec(written);
  if (!match) return null;
  const [, name, group, operator, amount] = match;
  const [stage, figure, ...more] = group.split('.');
  const isShare = shares.some((share) => share === name);
  const isPercentile = percentiles.some((percentile) => percentile === name);
  const isStage = stages.some((known) => known === stage);
  if (!isShare && (!isPercentile || (!isStage && figure === undefined))) return null;
  const refuse = (problem: string, hint: string) => new BargeinError(`gate '${written}': ${problem}`, hint);
  if (!isStage) throw refuse(`unknown stage '${stage}'`, `${meant(stage, stages)}the stages are ${stages.join(', ')}`);
  if (more.length > 0 || (isShare && figure !== undefined)) throw refuse(`'${group}' is no ${isShare ? 'stage' : 'stage and figure'}`, example);
  if (isPercentile && figure === undefined) throw refuse(`${name}[${stage}] does not say of what`, `write e.g. ${name}[${stage}.first_byte]; the figures are ${stackFigures.join(', ')}`);
  if (isPercentile && !stackFigures.some((known) => known === figure)) throw refuse(`unknown figure '${figure}'`, `${meant(figure, stackFigures)}the figures are ${stackFigures.join(', ')}`);
  if (name === 'revised' && stage !== 'asr') throw refuse(`${stage} has no transcripts`, 'write revised[asr]');
  const unit = isShare ? 'rate' : 'ms';
  return { text: written, metric: name, limitMs: null, group: { group: 'stack', value: group }, operator: operator as GateOperator, value: valueOf(name, { unit }, amount.trim(), refuse), unit };
}

export function isStackGate({ group }: Gate): boolean {
  return group?.group === 'stack';
}

/** Holds gates on stages against those of a trace, by what was seen: they have no interval. A stage or figure that is not there fails. */
export function judgeStackGate(gate: Gate, stack: readonly StageFigures[]): GateResult {
  const [stage, figure] = (gate.group?.value ?? '').split('.');
  const found = stack.find((candidate) => candidate.stage === stage);
  const seen = found ? figureOf(found, gate.metric, figure) : { estimate: null, absent: `no spans of the stage ${stage} in this trace` };
  const { estimate, absent } = seen;
  return judgeSeen(gate, { estimate, lo: null, hi: null, effective: null, absent: { estimate: absent, lo: absent, hi: absent } }, 'point');
}

function figureOf({ stage, n, errors, revised, figures: all }: StageFigures, metric: string, name: string | undefined): { estimate: number | null; absent: string } {
  const of = (wanted: string) => all.find((figure) => figure.name === wanted);
  if (metric === 'errors') return { estimate: n === 0 ? null : errors / n, absent: `no spans of the stage ${stage} in this trace` };
  if (metric === 'revised') return { estimate: revised && revised.n > 0 ? revised.count / revised.n : null, absent: 'no transcripts with their text in this trace' };
  if (metric === 'nothing') {
    const first = of('first_byte');
    const known = first ? first.n + first.nothing : 0;
    return { estimate: first && known > 0 ? first.nothing / known : null, absent: `no span of ${stage} says what came first` };
  }
  const figure = of(name ?? '');
  const value = figure && { p50: figure.p50Ms, p95: figure.p95Ms, p99: figure.p99Ms }[metric as (typeof percentiles)[number]];
  return { estimate: value ?? null, absent: `no span of ${stage} has ${name}` };
}

function meant(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === null ? '' : `did you mean '${near}'? `;
}
