import type { Tallied } from '../types.js';

/** Counts what was seen under its name, with the first example of each. */
export class Tallies {
  readonly #seen = new Map<string, { count: number; example: string | null }>();

  /** @param example asked for the first of its name only */
  add(what: string, example: (() => string) | null = null, count = 1): void {
    if (count === 0) return;
    const known = this.#seen.get(what);
    if (known) known.count += count;
    else this.#seen.set(what, { count, example: example === null ? null : example() });
  }

  /** The most frequent first; equal ones by name. */
  list(): Tallied[] {
    const all = [...this.#seen].map(([what, { count, example }]): Tallied => ({ what, count, example }));
    return all.sort((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1));
  }
}
