/** Numbers one after the other in one typed array that doubles as it fills: 8 bytes each, whatever their count. */
export class GrowingColumn {
  #values = new Float64Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** All of them, ascending, in an array of their own. */
  sorted(): Float64Array {
    return this.#values.slice(0, this.#length).sort();
  }
}
