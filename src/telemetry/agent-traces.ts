import { defaultSighting } from './agent-sighting.js';
import type { AgentSighting, SightingRule } from './agent-sighting.js';
import type { Span } from './span.js';

/** What is known of one attempt's place among the traces. */
export interface TraceKey {
  readonly attemptId: string;
  /** What the agent was offered to join. */
  readonly traceId: string;
}

interface Sighted {
  readonly sighting: AgentSighting;
  readonly turn: string | null;
}

interface AgentTrace {
  readonly sightings: Sighted[];
  /** Turns or sessions that its spans name. */
  readonly turns: Set<string>;
}

const turnNames = ['audio.turn_id', 'audio.session_id'] as const;

/**
 * The spans that an agent exported during a run, by trace: of each only what it tells of barge-ins is kept. An attempt's are those of the trace that
 * the agent was offered; where none came under that id, those that name the attempt, or that trace, as `audio.turn_id` or `audio.session_id`.
 */
export class AgentTraces {
  readonly #rule: SightingRule;
  readonly #traces = new Map<string, AgentTrace>();
  readonly #traceOfTurn = new Map<string, Set<AgentTrace>>();
  #spans = 0;

  constructor(rule: SightingRule = defaultSighting) {
    this.#rule = rule;
  }

  get spans(): number {
    return this.#spans;
  }

  add(span: Span): void {
    this.#spans++;
    const trace = this.#traces.get(span.traceId) ?? { sightings: [], turns: new Set<string>() };
    this.#traces.set(span.traceId, trace);
    const turn = turnOf(span);
    if (turn !== null && !trace.turns.has(turn)) {
      trace.turns.add(turn);
      const named = this.#traceOfTurn.get(turn) ?? new Set<AgentTrace>();
      this.#traceOfTurn.set(turn, named.add(trace));
    }
    const sighting = this.#rule(span);
    if (sighting !== null) trace.sightings.push({ sighting, turn });
  }

  /** What the spans of an attempt tell; null: none came. */
  of({ attemptId, traceId }: TraceKey): AgentSighting[] | null {
    const offered = this.#traces.get(traceId);
    if (offered) return offered.sightings.map(({ sighting }) => sighting);
    const names = [attemptId, traceId];
    const named = names.flatMap((name) => [...(this.#traceOfTurn.get(name) ?? [])]);
    if (named.length === 0) return null;
    // A trace of several turns is an attempt's only where a span says so; one of a single turn is its as a whole.
    const mine = ({ turns }: AgentTrace, turn: string | null) => turns.size === 1 || (turn !== null && names.includes(turn));
    return [...new Set(named)].flatMap((trace) => trace.sightings.filter(({ turn }) => mine(trace, turn)).map(({ sighting }) => sighting));
  }
}

function turnOf({ attributes, resource }: Span): string | null {
  for (const name of turnNames) {
    const value = attributes[name] ?? resource[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}
