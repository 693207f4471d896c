import { z } from 'zod';
import type { EndedCall } from '../serve/lateness.js';
import { unlessStuck } from '../time/index.js';

const endedCall = z.object({ seed: z.number(), lateMs: z.number(), stalledMs: z.number() });

/** How long the word of a call that is over may take, ms. */
const limitMs = 2000;

/** What a served agent says of its calls, by the seed of the attempt. */
export class ReportedCalls {
  readonly #latest = new Map<number, EndedCall>();
  readonly #waiting = new Map<number, (call: EndedCall) => void>();

  /** A line of what `bargein serve --report-calls` prints; passed over where it is something else. */
  read(line: string): void {
    const parsed = endedCall.safeParse(jsonOf(line));
    if (parsed.success) this.add(parsed.data);
  }

  add(call: EndedCall): void {
    const waiting = this.#waiting.get(call.seed);
    this.#waiting.delete(call.seed);
    if (waiting) waiting(call);
    else this.#latest.set(call.seed, call);
  }

  /** The call with this seed, which is then forgotten; null where nothing is said of it in time. */
  async of(seed: number): Promise<EndedCall | null> {
    const known = this.#latest.get(seed);
    this.#latest.delete(seed);
    if (known !== undefined) return known;
    const said = new Promise<EndedCall>((resolve) => void this.#waiting.set(seed, resolve));
    return unlessStuck(said, limitMs, 'word of a call').catch(() => {
      this.#waiting.delete(seed);
      return null;
    });
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
