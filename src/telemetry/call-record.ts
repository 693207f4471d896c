import type { Intent } from '../types.js';
import { momentKinds } from './plans.js';
import type { MomentKind } from './plans.js';

/** ns since the first span of the input: exact in a double for the 104 days that lie around it. */
export type Ns = number;

/** What attributes say of the caller's speech; null: none does. */
export interface Named {
  readonly turn: string | null;
  readonly intent: Intent | null;
  /** The intent is what the agent itself took it for. */
  readonly believed: boolean;
}

/** What is known of a place where the VAD fired. */
export interface VadFacts extends Named {
  /** It is only there where the agent was speaking. */
  readonly interrupts: boolean;
}

export interface Point {
  readonly kind: MomentKind;
  readonly at: Ns;
  /** Number of the service whose clock it is. */
  readonly service: number;
  readonly facts: VadFacts | null;
}

/** A span that is one barge-in, with the first moment of each kind on it. */
export interface BargeInSpan extends Named {
  readonly from: Ns;
  readonly to: Ns;
  readonly at: Readonly<Partial<Record<MomentKind, Ns>>>;
  readonly service: number;
  /** What went wrong; null: nothing did. */
  readonly error: string | null;
}

export interface AgentTurn {
  readonly from: Ns;
  readonly to: Ns;
  /** null: it does not say. */
  readonly interrupted: boolean | null;
}

/** All that matters of one call in one trace. Moments lie in one list of numbers, four each: their spans are gone. */
export class CallRecord {
  readonly traceId: string;
  /** As an attribute says; null: none does. */
  readonly call: string | null;
  readonly bargeIns: BargeInSpan[] = [];
  readonly agentTurns: AgentTurn[] = [];
  /** The latest time of any span that matched. */
  last: Ns = -Infinity;
  readonly #points: number[] = [];
  readonly #facts: VadFacts[] = [];

  constructor(traceId: string, call: string | null) {
    this.traceId = traceId;
    this.call = call;
  }

  add({ kind, at, service, facts }: Point): void {
    this.#points.push(momentKinds.indexOf(kind), at, service, facts === null ? -1 : this.#facts.push(facts) - 1);
  }

  *points(): Generator<Point> {
    for (let i = 0; i < this.#points.length; i += 4) {
      const facts = this.#points[i + 3];
      yield { kind: momentKinds[this.#points[i]], at: this.#points[i + 1], service: this.#points[i + 2], facts: facts < 0 ? null : this.#facts[facts] };
    }
  }
}
