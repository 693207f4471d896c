import { z } from 'zod';
import type { EndedCall } from '../serve/lateness.js';
import { unlessStuck } from '../time/index.js';
import type { Ms } from '../types.js';

const endedCall = z.object({ seed: z.number(), lateMs: z.number() });

/** How long the word of a call that is over may take, ms. */
const limitMs = 2000;

/** What a served agent says of its calls, by the seed of the attempt. */
export class ReportedCalls {
  readonly #latest = new Map<number, Ms>();
  readonly #waiting = new Map<number, (lateMs: Ms) => void>();

  /** A line of what `bargein serve --report-calls` prints; passed over where it is something else. */
  read(line: string): void {
    const parsed = endedCall.safeParse(jsonOf(line));
    if (parsed.success) this.add(parsed.data);
  }

  add({ seed, lateMs }: EndedCall): void {
    const waiting = this.#waiting.get(seed);
    this.#waiting.delete(seed);
    if (waiting) waiting(lateMs);
    else this.#latest.set(seed, lateMs);
  }

  /** How late the agent was in the call with this seed, ms, which is then forgotten; null where nothing is said of it in time. */
  async latenessOf(seed: number): Promise<Ms | null> {
    const known = this.#latest.get(seed);
    this.#latest.delete(seed);
    if (known !== undefined) return known;
    const said = new Promise<Ms>((resolve) => void this.#waiting.set(seed, resolve));
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
