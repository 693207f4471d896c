import { nearestRank } from '../measure/percentile.js';
import { stackFigures, stages } from '../measure/stack-names.js';
import type { Ms, Stage, StackFigure, StackFigureName, StageFigures } from '../types.js';
import { amountMs, isTrue, meets, textOf } from './attribute-values.js';
import { GrowingColumn } from './growing-column.js';
import type { Amount, StageRule } from './mapping.js';
import type { NamePlan, Planned } from './plans.js';
import { spanPlace } from './span.js';
import type { Span, SpanEvent } from './span.js';
import type { Tallies } from './tallies.js';

/** p95 of the first byte above which somebody is to be paged, ms: those of the span model's authors. */
export const defaultPageLimitsMs: Readonly<Partial<Record<Stage, Ms>>> = { asr: 150, tts: 350, barge_in: 200 };

/** Longer than this is no latency of a call, ms. */
const mostMs = 3_600_000;

interface Column {
  readonly values: GrowingColumn;
  nothing: number;
}

interface StageColumns {
  n: number;
  errors: number;
  revisable: number;
  revised: number;
  readonly columns: Map<StackFigureName, Column>;
}

/**
 * What the stages of the pipeline took, gathered span by span. Lengths only: no time of one service is held against that of another.
 */
export class Stack {
  readonly #stages = new Map<Stage, StageColumns>();
  readonly #defects: Tallies;

  constructor(defects: Tallies) {
    this.#defects = defects;
  }

  /** Takes a span where it is one of a stage; the first rule that fits has it. null: it is of none. */
  take(span: Span, plan: NamePlan): { readonly stage: Stage; readonly failed: boolean } | null {
    const planned = plan.stages.find(({ rule }) => meets(span.attributes, rule.where));
    if (!planned) return null;
    planned.taken++;
    const { rule } = planned;
    const stage = this.#stage(rule.stage);
    stage.n++;
    const failed = span.error || (rule.error?.some((name) => isTrue(span.attributes[name])) ?? false);
    if (failed) stage.errors++;
    this.#takeFigures(span, planned, stage);
    return { stage: rule.stage, failed };
  }

  /** An interruption of calls whose barge-ins have no span of their own: from the VAD to the silence. null: the agent never went quiet. */
  addBargeIn(latencyMs: Ms | null): void {
    const stage = this.#stage('barge_in');
    stage.n++;
    if (latencyMs === null) this.#column(stage, 'first_byte').nothing++;
    else this.#column(stage, 'first_byte').values.push(latencyMs);
  }

  has(stage: Stage): boolean {
    return this.#stages.has(stage);
  }

  figures(limits: Readonly<Partial<Record<Stage, Ms>>>): StageFigures[] {
    return stages.flatMap((name) => {
      const stage = this.#stages.get(name);
      return stage ? [figuresOf(name, stage, limits[name] ?? null)] : [];
    });
  }

  #takeFigures(span: Span, planned: Planned<StageRule>, stage: StageColumns): void {
    const { rule } = planned;
    const partials = eventsNamed(span, rule.partials);
    const lastFinal = eventsNamed(span, rule.finals).at(-1) ?? null;
    const earlier = lastFinal === null ? partials : partials.filter(({ atNs }) => atNs <= lastFinal.atNs);
    const lastPartial = earlier.at(-1) ?? null;
    const firstPartial = partials.length === 0 ? null : msBetween(span.startNs, partials[0].atNs);
    const add = (name: StackFigureName, ms: Ms | null) => this.#add(stage, name, ms, span);
    const firstByte = this.#read(span, rule.firstByte) ?? firstPartial;
    if (firstByte === null && rule.firstByte) planned.lacking++;
    add('first_byte', firstByte);
    add('total', this.#read(span, rule.total) ?? msBetween(span.startNs, span.endNs));
    add('first_partial', this.#read(span, rule.firstPartial) ?? firstPartial);
    add('final', this.#read(span, rule.final) ?? (lastFinal && msBetween(span.startNs, lastFinal.atNs)));
    if (lastFinal !== null && lastPartial !== null) {
      add('revision', msBetween(lastPartial.atNs, lastFinal.atNs));
      countRevision(stage, textIn(lastPartial, rule.text), textIn(lastFinal, rule.text));
    }
    add('largest_gap', largestGap(eventsNamed(span, rule.chunks)) ?? this.#read(span, rule.largestGap));
    add('jitter', this.#read(span, rule.jitter));
    add('buffer_depth', this.#read(span, rule.bufferDepth));
    add('max_buffer_depth', this.#read(span, rule.maxBufferDepth));
  }

  #read(span: Span, amounts: readonly Amount[] | undefined): Ms | null {
    const { attributes } = span;
    for (const amount of amounts ?? []) {
      const raw = attributes[amount.attribute];
      if (raw === undefined) continue;
      const ms = amountMs(attributes, amount);
      if (ms !== null) return Number(raw) === -1 ? -1 : ms;
      this.#defects.add(`${amount.attribute} that is no number`, () => spanPlace(span));
    }
    return null;
  }

  #add(stage: StageColumns, name: StackFigureName, ms: Ms | null, { traceId, name: span }: Span): void {
    if (ms === null) return;
    if (ms === -1) this.#column(stage, name).nothing++;
    else if (ms < 0 || ms > mostMs) this.#defects.add(`${name} below 0 or above an hour: left out`, () => `${ms} ms on ${span} of trace ${traceId}`);
    else this.#column(stage, name).values.push(ms);
  }

  #stage(name: Stage): StageColumns {
    const known = this.#stages.get(name);
    if (known) return known;
    const fresh: StageColumns = { n: 0, errors: 0, revisable: 0, revised: 0, columns: new Map() };
    this.#stages.set(name, fresh);
    return fresh;
  }

  #column({ columns }: StageColumns, name: StackFigureName): Column {
    const known = columns.get(name);
    if (known) return known;
    const fresh: Column = { values: new GrowingColumn(), nothing: 0 };
    columns.set(name, fresh);
    return fresh;
  }
}

function figuresOf(stage: Stage, { n, errors, columns, revisable, revised }: StageColumns, pageLimitMs: Ms | null): StageFigures {
  const figures = stackFigures.flatMap((name): StackFigure[] => {
    const column = columns.get(name);
    if (!column) return [];
    const sorted = column.values.sorted();
    const at = (p: number) => (sorted.length === 0 ? null : toMicroseconds(sorted[nearestRank(sorted.length, p) - 1]));
    return [{ name, n: sorted.length, nothing: column.nothing, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) }];
  });
  const p95Ms = figures.find(({ name }) => name === 'first_byte')?.p95Ms ?? null;
  return {
    stage,
    n,
    errors,
    pageLimitMs,
    overLimit: pageLimitMs === null || p95Ms === null ? null : p95Ms > pageLimitMs,
    figures,
    revised: stage === 'asr' ? { n: revisable, count: revised } : null,
  };
}

function eventsNamed({ events }: Span, names: readonly string[] | undefined): SpanEvent[] {
  if (!names || events.length === 0) return [];
  return events.filter(({ name }) => names.includes(name)).sort((a, b) => (a.atNs < b.atNs ? -1 : a.atNs > b.atNs ? 1 : 0));
}

function largestGap(chunks: readonly SpanEvent[]): Ms | null {
  let largest: bigint | null = null;
  for (let i = 1; i < chunks.length; i++) {
    const gap = chunks[i].atNs - chunks[i - 1].atNs;
    if (largest === null || gap > largest) largest = gap;
  }
  return largest === null ? null : Number(largest) / 1e6;
}

function countRevision(stage: StageColumns, partial: string | null, final: string | null): void {
  if (partial === null || final === null) return;
  stage.revisable++;
  if (words(partial) !== words(final)) stage.revised++;
}

/** Without case and punctuation: a full stop is no revision. */
function words(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

function textIn({ attributes }: SpanEvent, names: readonly string[] | undefined): string | null {
  for (const name of names ?? []) {
    const text = textOf(attributes[name]);
    if (text !== null) return text;
  }
  return null;
}

function msBetween(from: bigint, to: bigint): Ms {
  return Number(to - from) / 1e6;
}

function toMicroseconds(ms: Ms): Ms {
  return Math.round(ms * 1000) / 1000;
}
