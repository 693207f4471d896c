import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { BargeinError, fileFault } from '../../errors.js';
import type { SpanSink } from './sink.js';

const hint = 'name another file with --otlp-file, or give yourself the right to write there';
const newline = Buffer.from('\n');

/** Finds out before anything is measured whether the file can be written. @throws BargeinError where it cannot */
export function probeSpanFile(path: string): void {
  const file = new SpanFile(path);
  file.discard();
}

/**
 * Spans as lines of OTLP JSON, each line an ExportTraceServiceRequest as a collector takes it
 * (https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/). The file is there as a whole once it is closed, or not at all.
 */
export class SpanFile implements SpanSink {
  readonly destination: string;
  readonly #partial: string;
  readonly #file: number;

  /** @throws BargeinError where it cannot be written */
  constructor(path: string) {
    this.destination = path;
    this.#partial = `${path}.partial`;
    const there = this.#orFault(() => statSync(path, { throwIfNoEntry: false }));
    if (there && !there.isFile()) throw new BargeinError(`${path} is there, and is no file`, hint);
    this.#file = this.#orFault(() => openSync(this.#partial, 'w'));
  }

  async write(spans: ReadableSpan[]): Promise<void> {
    const line = Buffer.concat([JsonTraceSerializer.serializeRequest(spans) ?? Buffer.alloc(0), newline]);
    this.#orFault(() => {
      for (let done = 0; done < line.length; ) done += writeSync(this.#file, line, done);
    });
  }

  async close(complete: boolean): Promise<void> {
    if (!complete) return this.discard();
    this.#orFault(() => {
      closeSync(this.#file);
      renameSync(this.#partial, this.destination);
    });
  }

  discard(): void {
    closeSync(this.#file);
    rmSync(this.#partial, { force: true });
  }

  #orFault<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      throw fileFault(thrown, this.destination, hint);
    }
  }
}
