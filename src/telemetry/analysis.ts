import type { Attempt, AttemptResult, Ms, Stage, TraceFacts } from '../types.js';
import { isTrue, meets, textOf } from './attribute-values.js';
import { bargeInsOf } from './barge-ins.js';
import type { CallView, JudgeContext } from './barge-ins.js';
import { CallRecord } from './call-record.js';
import type { Named, Ns, Point } from './call-record.js';
import { intents } from './mapping.js';
import type { FullMapping } from './mapping.js';
import { momentsOf } from './moments.js';
import type { FoundMoment } from './moments.js';
import { ownCells, ownRun } from './own-rows.js';
import type { OwnCells, OwnRun } from './own-rows.js';
import { momentKinds, Plans } from './plans.js';
import type { MomentKind, NamePlan } from './plans.js';
import { rowsOf } from './rows.js';
import type { PlacedBargeIn } from './rows.js';
import { spanPlace } from './span.js';
import type { Span } from './span.js';
import { Stack } from './stack.js';
import { Tallies } from './tallies.js';
import { timelineOf } from './timeline.js';

export interface AnalysisOptions {
  readonly mapping: FullMapping;
  /** Makes a verdict of a row that a run of this program had written into a span. @throws where it is none */
  readonly rebuild: (cells: OwnCells) => AttemptResult;
  readonly pageLimitsMs: Readonly<Partial<Record<Stage, Ms>>>;
}

/** What a trace comes to. */
export interface TraceFindings {
  /** Those rebuilt from `bargein.*` first, in the order of their run; then those of the spans, in the order of time. */
  readonly results: readonly AttemptResult[];
  readonly facts: Omit<TraceFacts, 'sources' | 'lost'>;
  /** The runs that wrote the rows that were rebuilt. */
  readonly runs: readonly OwnRun[];
  /** Names of the services that sent spans which matched, in the order of their coming. */
  readonly services: readonly string[];
  /** The wall clock of the first and the last span that matched, ms since 1970; null without any. */
  readonly startedMs: number | null;
}

/**
 * Takes the spans of any number of calls in any order, and says what they come to. What is kept of a span is what matched, as
 * numbers: memory grows with barge-ins and stages, not with the input.
 */
export class TraceAnalysis {
  readonly plans: Plans;
  readonly #options: AnalysisOptions;
  readonly #calls = new Map<string, CallRecord>();
  /** Which calls a trace has by attribute: where it is one, spans without the attribute belong to it. */
  readonly #callsOfTrace = new Map<string, string | null>();
  readonly #own = new Map<string, { readonly traceId: string; readonly result: AttemptResult }>();
  readonly #ownTraces = new Set<string>();
  readonly #services = new Map<string, number>();
  readonly #serviceOf = new WeakMap<object, number>();
  readonly #defects = new Tallies();
  readonly #unmeasured = new Tallies();
  readonly #notes = new Tallies();
  readonly #stack = new Stack(this.#defects);
  readonly #runs = new Map<string, OwnRun>();
  #spans = 0;
  #quietIsKnown = false;
  #baseNs: bigint | null = null;
  #earliest: Ns = Infinity;

  constructor(options: AnalysisOptions) {
    this.#options = options;
    this.plans = new Plans(options.mapping);
  }

  get spans(): number {
    return this.#spans;
  }

  take(span: Span): void {
    this.#spans++;
    this.#baseNs ??= span.startNs;
    const plan = this.plans.of(span.name);
    plan.seen++;
    const call = this.#callOf(span);
    const stage = this.#stack.take(span, plan);
    const own = ownCells(span);
    if (own !== null) this.#takeOwn(own, span);
    const matched = this.#takeMoments(span, plan, call, span.error || stage?.failed === true);
    if (stage !== null || own !== null || matched) plan.taken++;
  }

  finish(): TraceFindings {
    const views = this.#views();
    const { intent } = this.#options.mapping;
    const context: JudgeContext = {
      intent: typeof intent === 'string' ? intent : 'interruption',
      quietIsKnown: this.#quietIsKnown,
      unmeasured: this.#unmeasured,
      defects: this.#defects,
      notes: this.#notes,
    };
    const placed = views.flatMap((view) => bargeInsOf(view, context).map((bargeIn): PlacedBargeIn => ({ ...bargeIn, call: view.call })));
    const rows = rowsOf(placed);
    const own = [...this.#own.values()].map(({ result }) => result).sort((a, b) => a.attempt.index - b.attempt.index);
    if (!this.#stack.has('barge_in')) for (const { attempt, outcome, stopLatencyMs } of rows) if (outcome !== 'errored' && attempt.intent === 'interruption') this.#stack.addBargeIn(stopLatencyMs);
    const results = renumbered([...own, ...rows]);
    return {
      results,
      facts: {
        spans: this.#spans,
        calls: views.length + this.#ownTraces.size,
        rebuilt: own.length,
        unmeasured: this.#unmeasured.list(),
        defects: this.#defects.list(),
        notes: this.#notes.list(),
        stack: this.#stack.figures(this.#options.pageLimitsMs),
      },
      runs: [...this.#runs.values()],
      services: [...new Set([...this.#services.keys()].map((key) => key.split('\n')[0]))].filter((name) => name !== ''),
      startedMs: this.#baseNs === null || this.#earliest === Infinity ? null : Number(this.#baseNs / 1000n) / 1000 + this.#earliest / 1e6,
    };
  }

  #takeOwn(cells: OwnCells, span: Span): void {
    this.#ownTraces.add(span.traceId);
    const run = ownRun(span);
    const key = `${run.runId ?? ''}\n${cells.attempt_id}`;
    const known = this.#own.get(key);
    if (known) {
      // The spans of one attempt say the same.
      if (known.traceId !== span.traceId) this.#defects.add('an attempt of a run in two traces: the first counts', () => `attempt ${cells.attempt_id}`);
      return;
    }
    try {
      this.#own.set(key, { traceId: span.traceId, result: this.#options.rebuild(cells) });
      if (!this.#runs.has(run.runId ?? '')) this.#runs.set(run.runId ?? '', run);
      this.#see(this.#since(span.startNs));
    } catch {
      this.#defects.add('attributes bargein.* that make no row: left out', () => `attempt ${cells.attempt_id}, trace ${span.traceId}`);
    }
  }

  #takeMoments(span: Span, plan: NamePlan, call: string | null, failed: boolean): boolean {
    const garbled: string[] = [];
    const moments = momentsOf(span, plan, (attribute) => garbled.push(attribute));
    for (const attribute of garbled) this.#defects.add(`${attribute} that is no number`, () => spanPlace(span));
    const bargeIn = plan.bargeIns.find(({ rule }) => meets(span.attributes, rule.where)) ?? null;
    const turn = plan.agentTurns.find(({ rule }) => meets(span.attributes, rule.where)) ?? null;
    if (moments.length === 0 && bargeIn === null && turn === null) return false;
    const record = this.#record(span.traceId, call);
    const [from, to] = [this.#since(span.startNs), this.#since(span.endNs)];
    this.#see(from);
    record.last = Math.max(record.last, to);
    this.#quietIsKnown ||= moments.some(({ kind }) => kind === 'agentQuiet');
    if (turn !== null) {
      turn.taken++;
      const said = turn.rule.interrupted === undefined ? undefined : span.attributes[turn.rule.interrupted];
      if (said === undefined) turn.lacking++;
      record.agentTurns.push({ from, to, interrupted: said === undefined ? null : isTrue(said) });
    }
    const facts: Named = { turn: this.#turnOf(span), ...this.#intentOf(span) };
    const service = this.#serviceNumber(span);
    if (bargeIn !== null && garbled.length > 0) {
      bargeIn.taken++;
      this.#unmeasured.add(`${garbled[0]} that is no number`, () => spanPlace(span));
      return true;
    }
    if (bargeIn !== null) {
      bargeIn.taken++;
      const error = failed ? (span.statusMessage ?? 'the span is marked as an error') : null;
      record.bargeIns.push({ from, to, at: this.#firstOfEach(moments), service, ...facts, error });
      return true;
    }
    for (const { kind, atNs, interrupts } of moments) {
      const at = this.#since(atNs);
      record.last = Math.max(record.last, at);
      record.add({ kind, at, service, facts: kind === 'vad' ? { ...facts, interrupts } : null });
    }
    return true;
  }

  #firstOfEach(moments: readonly FoundMoment[]): Partial<Record<MomentKind, Ns>> {
    const first: Partial<Record<MomentKind, Ns>> = {};
    for (const { kind, atNs } of moments) first[kind] = Math.min(first[kind] ?? Infinity, this.#since(atNs));
    return first;
  }

  /** Calls with what they hold, ascending by id. Those of traces that carry rows of a run are left to these rows. */
  #views(): CallView[] {
    const merged = new Map<string, CallRecord[]>();
    for (const record of this.#calls.values()) {
      if (this.#ownTraces.has(record.traceId)) continue;
      const call = record.call ?? this.#callsOfTrace.get(record.traceId) ?? record.traceId;
      const others = merged.get(call);
      if (others) others.push(record);
      else merged.set(call, [record]);
    }
    return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([call, records]) => viewOf(call, records));
  }

  #record(traceId: string, call: string | null): CallRecord {
    const key = `${traceId} ${call ?? ''}`;
    const known = this.#calls.get(key);
    if (known) return known;
    const record = new CallRecord(traceId, call);
    this.#calls.set(key, record);
    return record;
  }

  /** What an attribute says; null where none does. A trace with several calls is left to the spans that say theirs. */
  #callOf({ attributes, resource, traceId }: Span): string | null {
    for (const name of this.#options.mapping.call) {
      const call = textOf(attributes[name] ?? resource[name]);
      if (call === null) continue;
      const known = this.#callsOfTrace.get(traceId);
      this.#callsOfTrace.set(traceId, known === undefined || known === call ? call : null);
      return call;
    }
    return null;
  }

  #turnOf({ attributes }: Span): string | null {
    for (const name of this.#options.mapping.turn) {
      const turn = textOf(attributes[name]);
      if (turn !== null) return turn;
    }
    return null;
  }

  #intentOf({ attributes }: Span): Pick<Named, 'intent' | 'believed'> {
    const { intent } = this.#options.mapping;
    const rules = typeof intent === 'string' ? [] : intent;
    for (const { attribute, values, believed = false } of rules) {
      const said = textOf(attributes[attribute]);
      if (said === null) continue;
      const meant = values === undefined ? intents.find((known) => known === said) : Object.hasOwn(values, said) ? values[said] : undefined;
      if (meant !== undefined) return { intent: meant, believed };
      this.#defects.add(`${attribute} with a value that is no intent`, () => `'${said.slice(0, 40)}'`);
    }
    return { intent: null, believed: false };
  }

  #serviceNumber({ resource }: Span): number {
    const known = this.#serviceOf.get(resource);
    if (known !== undefined) return known;
    const key = ['service.name', 'service.instance.id', 'host.name'].map((name) => textOf(resource[name]) ?? '').join('\n');
    const number = this.#services.get(key) ?? this.#services.size;
    this.#services.set(key, number);
    this.#serviceOf.set(resource, number);
    return number;
  }

  #since(ns: bigint): Ns {
    return Number(ns - (this.#baseNs as bigint));
  }

  #see(at: Ns): void {
    this.#earliest = Math.min(this.#earliest, at);
  }
}

function viewOf(call: string, records: readonly CallRecord[]): CallView {
  const rank = (point: Point) => momentKinds.indexOf(point.kind);
  const points = records.flatMap((record) => [...record.points()]).sort((a, b) => a.at - b.at || rank(a) - rank(b));
  return {
    call,
    timeline: timelineOf(points),
    bargeIns: records.flatMap(({ bargeIns }) => bargeIns).sort((a, b) => a.from - b.from || a.to - b.to),
    agentTurns: records.flatMap(({ agentTurns }) => agentTurns).sort((a, b) => a.from - b.from),
    last: records.reduce((latest, record) => Math.max(latest, record.last), -Infinity),
  };
}

/** Ids that two runs, or a run and the calls, share are told apart; where nothing is shared, nothing changes. */
function renumbered(results: readonly AttemptResult[]): AttemptResult[] {
  const seen = new Map<string, number>();
  return results.map((result) => {
    const { id } = result.attempt;
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    if (count === 1) return result;
    const attempt: Attempt = { ...result.attempt, id: `${id}~${count}` };
    return { ...result, attempt };
  });
}
