import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** Where spans go. */
export interface SpanSink {
  /** A URL or a file, as it may be shown. */
  readonly destination: string;
  /** Resolves once they have been taken. @throws BargeinError where they are not */
  write(spans: ReadableSpan[]): Promise<void>;
  /** After the last of them, `complete` where all have been taken. @throws BargeinError */
  close(complete: boolean): Promise<void>;
}
