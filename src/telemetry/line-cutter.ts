const lineFeed = 0x0a;

/** Cuts chunks of bytes into lines. A line that is too long is not kept; empty ones are counted and not handed on. */
export class LineCutter {
  readonly #longest: number;
  readonly #onLine: (line: Buffer, number: number) => void;
  readonly #onTooLong: (bytes: number, number: number) => void;
  #parts: Buffer[] = [];
  #bytes = 0;
  #number = 1;

  /** @param longest bytes of a line; numbers are from 1 */
  constructor(longest: number, onLine: (line: Buffer, number: number) => void, onTooLong: (bytes: number, number: number) => void) {
    this.#longest = longest;
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
      this.#keep(chunk.subarray(from, end));
      this.end();
      from = end + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  /** The end of a line, or of the last one, which may lack its line feed. */
  end(): void {
    const [parts, bytes, number] = [this.#parts, this.#bytes, this.#number++];
    [this.#parts, this.#bytes] = [[], 0];
    if (bytes > this.#longest) this.#onTooLong(bytes, number);
    else if (bytes > 0) this.#onLine(parts.length === 1 ? parts[0] : Buffer.concat(parts, bytes), number);
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#longest) this.#parts = [];
    else this.#parts.push(part);
  }
}
