/**
 * A set of ids with some columns of numbers, in typed arrays: 12 bytes and 8 a column for each place, of which at most 3/4 are taken.
 * Ids are told apart by 64 bits of hash: among n of them some two are taken for one another with a chance of n^2 / 2^65, which
 * is 3 in a million at 10 million.
 */
export class IdTable {
  /** How many ids it holds. */
  size = 0;
  /** Whether the last `place` was a new one. */
  added = false;
  /** A word of the caller's for each place; 0 at first. */
  words: Uint32Array;
  /** By column, then by place; NaN at first. */
  columns: Float64Array[];
  #high: Uint32Array;
  #low: Uint32Array;
  readonly #most: number;

  /** @param most ids beyond so many are not taken */
  constructor(columns: number, most: number) {
    const places = 1024;
    this.#high = new Uint32Array(places);
    this.#low = new Uint32Array(places);
    this.words = new Uint32Array(places);
    this.columns = Array.from({ length: columns }, () => new Float64Array(places).fill(NaN));
    this.#most = most;
  }

  /** The place of an id of one or two parts, which is made where it has none; -1 where the table is full. Holds until the next call. */
  place(first: string, second: string): number {
    let a = 0x9e3779b9;
    let b = 0x85ebca6b;
    for (let i = 0; i < first.length; i++) {
      const code = first.charCodeAt(i);
      a = Math.imul(((a << 5) | (a >>> 27)) ^ code, 0x9e3779b1);
      b = Math.imul(((b << 13) | (b >>> 19)) ^ code, 0x5f356495);
    }
    for (let i = 0; i < second.length; i++) {
      const code = second.charCodeAt(i);
      a = Math.imul(((a << 5) | (a >>> 27)) ^ code, 0x9e3779b1);
      b = Math.imul(((b << 13) | (b >>> 19)) ^ code, 0x5f356495);
    }
    const high = mixed(a ^ (b >>> 15)) >>> 0;
    // 0, 0 marks a place as free.
    const low = mixed(b ^ (a >>> 13)) >>> 0 || 1;
    let at = this.#find(high, low);
    this.added = this.#low[at] === 0;
    if (!this.added) return at;
    if (this.size >= this.#most) return -1;
    if (this.size >= this.#low.length * 0.75) {
      this.#grow();
      at = this.#find(high, low);
    }
    this.#high[at] = high;
    this.#low[at] = low;
    this.size++;
    return at;
  }

  #find(high: number, low: number): number {
    const mask = this.#low.length - 1;
    let at = high & mask;
    while (this.#low[at] !== 0 && (this.#low[at] !== low || this.#high[at] !== high)) at = (at + 1) & mask;
    return at;
  }

  #grow(): void {
    const [high, low, words, columns] = [this.#high, this.#low, this.words, this.columns];
    const places = low.length * 2;
    this.#high = new Uint32Array(places);
    this.#low = new Uint32Array(places);
    this.words = new Uint32Array(places);
    this.columns = columns.map(() => new Float64Array(places).fill(NaN));
    for (let from = 0; from < low.length; from++) {
      if (low[from] === 0) continue;
      const to = this.#find(high[from], low[from]);
      this.#high[to] = high[from];
      this.#low[to] = low[from];
      this.words[to] = words[from];
      for (let column = 0; column < columns.length; column++) this.columns[column][to] = columns[column][from];
    }
  }
}

/** Spreads every bit over all 32 (MurmurHash3's last step, A. Appleby, public domain). */
function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
