/**
 * A map that holds at most `limit` entries and keeps those that are used. Entries live in two generations: new and used ones go to the
 * young, and when that holds half of the limit the old generation is dropped and the young one becomes it. What has not been used for
 * as long goes; unlike in a map ordered by use, a look-up that finds its entry young changes nothing.
 */
export class RecentMap<K, V> {
  #young = new Map<K, V>();
  #old = new Map<K, V>();
  readonly #half: number;

  constructor(readonly limit: number) {
    this.#half = Math.max(1, Math.floor(limit / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.#old.delete(key);
    this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      // Of a single entry there are no two generations.
      this.#old = this.limit > 1 ? this.#young : new Map();
      this.#young = new Map();
    }
    this.#old.delete(key);
    this.#young.set(key, value);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
