import { closeSync, existsSync, openSync, readSync, truncateSync, writeSync } from 'node:fs';
import { fileFault } from '../errors.js';
import type { Span } from './span.js';
import { spanLine } from './span-line.js';

export interface SpanFileLimits {
  readonly spans: number;
  readonly bytes: number;
}

export const spanFileLimits: SpanFileLimits = { spans: 500_000, bytes: 256 * 2 ** 20 };

const newline = 0x0a;
const hint = 'free some space, or leave --otlp-listen out';

/** A file of spans, a line of OTLP JSON each, that grows up to a limit. Made when the first one comes. */
export class SpanFile {
  readonly #path: string;
  readonly #limits: SpanFileLimits;
  #file: number | null = null;
  #spans = 0;
  #bytes = 0;
  /** Spans that came when it was full. */
  dropped = 0;

  constructor(path: string, limits: SpanFileLimits = spanFileLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  /** Goes on with what is there already. A line cut short by a kill is dropped. */
  static resume(path: string, limits?: SpanFileLimits): SpanFile {
    const file = new SpanFile(path, limits);
    if (existsSync(path)) file.#measure();
    return file;
  }

  /** @returns false where it is full: the span is counted, and not kept */
  append(span: Span): boolean {
    const line = Buffer.from(`${spanLine(span)}\n`);
    if (this.#spans >= this.#limits.spans || this.#bytes + line.length > this.#limits.bytes) {
      this.dropped++;
      return false;
    }
    this.#attempt(() => {
      this.#file ??= openSync(this.#path, 'a');
      for (let done = 0; done < line.length; ) done += writeSync(this.#file, line, done);
    });
    this.#spans++;
    this.#bytes += line.length;
    return true;
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #measure(): void {
    this.#attempt(() => {
      const file = openSync(this.#path, 'r');
      try {
        const block = Buffer.alloc(2 ** 20);
        for (let at = 0, read = readSync(file, block); read > 0; at += read, read = readSync(file, block)) {
          for (let i = block.indexOf(newline); i >= 0 && i < read; i = block.indexOf(newline, i + 1)) {
            this.#spans++;
            this.#bytes = at + i + 1;
          }
        }
      } finally {
        closeSync(file);
      }
      truncateSync(this.#path, this.#bytes);
    });
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      throw fileFault(thrown, this.#path, hint);
    }
  }
}
