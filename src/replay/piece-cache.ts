/**
 * Rendered pieces by name: each is made once, also when several attempts ask at the same time, and the ones unused for
 * longest are dropped when all together exceed `capacity`. A piece that failed is not kept.
 */
export class PieceCache<T> {
  readonly #capacity: number;
  readonly #sizeOf: (piece: T) => number;
  /** In the order of last use. */
  #pieces = new Map<string, { readonly made: Promise<T>; size: number }>();
  #size = 0;

  constructor(capacity: number, sizeOf: (piece: T) => number) {
    this.#capacity = capacity;
    this.#sizeOf = sizeOf;
  }

  async get(name: string, make: () => Promise<T>): Promise<T> {
    const known = this.#pieces.get(name);
    if (known) {
      this.#pieces.delete(name);
      this.#pieces.set(name, known);
      return known.made;
    }
    const entry = { made: make(), size: 0 };
    this.#pieces.set(name, entry);
    try {
      const piece = await entry.made;
      entry.size = this.#sizeOf(piece);
      this.#size += entry.size;
      this.#evict();
      return piece;
    } catch (thrown) {
      this.#pieces.delete(name);
      throw thrown;
    }
  }

  #evict(): void {
    for (const [name, { size }] of this.#pieces) {
      if (this.#size <= this.#capacity) return;
      // A size of 0 is still being made.
      if (size === 0) continue;
      this.#pieces.delete(name);
      this.#size -= size;
    }
  }
}
