import { BargeinError, fileFault } from '../errors.js';
import { Refusal } from '../wires/refusal.js';
import { inputBytes, isUnpackFault, nameOf } from './input-bytes.js';
import { Intake } from './intake.js';
import type { IntakeOptions } from './intake.js';
import { JsonDocument } from './json-document.js';
import { parsedJson } from './json-pieces.js';
import { offerValue } from './json-value.js';
import { LineCutter } from './line-cutter.js';
import { fieldHead, frameHead, MessageCutter } from './message-cutter.js';
import { tryDecodeRequest } from './otlp-protobuf.js';
import type { Span } from './span.js';
import type { ReadTally } from './tally.js';
import { headBytes, recognise } from './trace-format.js';
import type { TraceFormat } from './trace-format.js';

export interface ReadOptions extends IntakeOptions {
  /** Raised: what has been read by then is the result. */
  readonly signal?: AbortSignal;
}

const megabyte = 2 ** 20;
/** Bytes of a line of JSON. */
export const longestLine = 64 * megabyte;
/** Lines beyond this are read in pieces, so that JSON.parse never builds more than a few times this. */
const longestParsedLine = megabyte;
/** Bytes of a protobuf message; of one that is not framed, of each of its batches. */
export const longestMessage = 512 * megabyte;

/**
 * Reads the spans of one or several inputs (`-`: standard input) and gives each to `onSpan` in the order of the input, in bounded memory. The
 * format is told by the content: OTLP as JSON lines, as one JSON document or as protobuf, framed or not; Jaeger's JSON; Tempo's JSON; gzip of any.
 * Duplicates and parents are looked for over all inputs together.
 * @returns what was read, and what was wrong with it: nothing in the inputs' content is thrown
 * @throws BargeinError for an input that cannot be read or is of none of the formats; what `onSpan` throws
 */
export async function readSpans(paths: string | readonly string[], onSpan: (span: Span) => void, options: ReadOptions = {}): Promise<ReadTally> {
  const intake = new Intake(onSpan, options);
  for (const path of typeof paths === 'string' ? [paths] : paths) {
    if (options.signal?.aborted) intake.interrupt();
    else await readInput(path, intake, options.signal);
  }
  return intake.tally();
}

/** How an input of one format is taken. */
interface Reader {
  /** False when nothing more can be read. */
  push(chunk: Buffer): boolean;
  finish(): void;
}

async function readInput(path: string, intake: Intake, signal: AbortSignal | undefined): Promise<void> {
  const name = nameOf(path);
  const before = intake.offered;
  const chunks = inputBytes(path, signal);
  const head: Buffer[] = [];
  let reader: Reader | null = null;
  let bytes = 0;
  for (let more = true; more; ) {
    const chunk = await nextChunk(chunks, name, intake, signal);
    bytes += chunk?.length ?? 0;
    if (reader !== null) more = chunk !== null && reader.push(chunk);
    else {
      if (chunk !== null) head.push(chunk);
      more = chunk !== null;
      if (bytes === 0 || (more && bytes < headBytes)) continue;
      const all = withoutMark(Buffer.concat(head));
      reader = readerOf(all, !more, name, intake);
      more = reader.push(all) && more;
    }
  }
  await chunks.return(undefined);
  reader?.finish();
  if (intake.offered === before) intake.faults.add('no-spans', () => (bytes === 0 ? 'it is empty' : `none in ${bytes} bytes`), { where: name });
}

/** null at the end, and where the rest cannot be had. */
async function nextChunk(chunks: AsyncGenerator<Buffer>, name: string, intake: Intake, signal: AbortSignal | undefined): Promise<Buffer | null> {
  try {
    const { value, done } = await chunks.next();
    if (done) return null;
    intake.addBytes((value as Buffer).length);
    return value as Buffer;
  } catch (thrown) {
    if (signal?.aborted) intake.interrupt();
    else if (isUnpackFault(thrown)) intake.faults.add('cut-short', () => `gzip: ${thrown.message}`, { where: name });
    else if (thrown instanceof Error && 'syscall' in thrown) throw fileFault(thrown, name, 'name a file of traces, or - for standard input');
    else throw thrown;
    return null;
  }
}

/** Text without its byte order mark. */
function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function readerOf(head: Buffer, whole: boolean, name: string, intake: Intake): Reader {
  const format = recognise(head, whole);
  if (format === null)
    throw new BargeinError(`${name} is no trace that is known`, 'it may be OTLP (JSON, JSON lines or protobuf), Jaeger JSON or Tempo JSON, each of them gzipped or not');
  return readers[format](name, intake);
}

const readers: Readonly<Record<TraceFormat, (name: string, intake: Intake) => Reader>> = {
  'json-lines': readLines,
  'json-document': readDocument,
  protobuf: (name, intake) => readMessages(name, intake, fieldHead, 'batch'),
  'protobuf-frames': (name, intake) => readMessages(name, intake, frameHead, 'message'),
};

function readLines(name: string, intake: Intake): Reader {
  const onLine = (line: Buffer, number: number): void => {
    intake.faults.at(name, 'line', number);
    if (line.length > longestParsedLine) return readLongLine(line, intake);
    const text = line.toString();
    const value = parsedJson(text);
    if (value !== undefined) offerValue(value, intake);
    else if (text.trim() !== '') intake.faults.add('not-json', () => `'${text.slice(0, 40)}'`);
  };
  const onTooLong = (bytes: number, number: number): void => {
    intake.faults.at(name, 'line', number);
    intake.faults.add('too-long', () => `a line of ${bytes} bytes: more than ${longestLine} are not read`);
  };
  const cutter = new LineCutter(longestLine, onLine, onTooLong);
  return {
    push(chunk) {
      cutter.push(chunk);
      return true;
    },
    finish: () => cutter.end(),
  };
}

function readLongLine(line: Buffer, intake: Intake): void {
  const document = new JsonDocument(intake);
  document.push(line);
  document.finish();
}

function readDocument(name: string, intake: Intake): Reader {
  intake.faults.at(name, '', 0);
  const document = new JsonDocument(intake);
  return { push: (chunk) => document.push(chunk), finish: () => document.finish() };
}

function readMessages(name: string, intake: Intake, headOf: typeof frameHead, unit: string): Reader {
  const cutter = new MessageCutter(headOf, longestMessage, (message, number) => {
    intake.faults.at(name, unit, number);
    tryDecodeRequest(message, (draft) => intake.offer(draft), intake.faults);
  });
  const at = (): void => intake.faults.at(name, unit, cutter.number);
  let broken = false;
  return {
    push(chunk) {
      try {
        cutter.push(chunk);
      } catch (thrown) {
        if (!(thrown instanceof Refusal)) throw thrown;
        at();
        intake.faults.add('not-protobuf', () => `${thrown.message}: what follows is not read`);
        broken = true;
      }
      return !broken;
    },
    finish() {
      at();
      if (!broken && cutter.partial) intake.faults.add('cut-short', () => 'the input ends in the middle of a message');
    },
  };
}
