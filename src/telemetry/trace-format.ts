import { isJson } from './otlp-json.js';
import { parsedJson } from './json-pieces.js';

/** How the spans of an input lie in its bytes, told by the bytes alone. */
export type TraceFormat = 'json-lines' | 'json-document' | 'protobuf' | 'protobuf-frames';

/** Bytes of an input that are looked at. */
export const headBytes = 2 ** 20;
const textBytes = 4096;
const linesTried = 20;

/**
 * @param head the first bytes
 * @param whole whether these are all
 * @returns null for what is none of them
 */
export function recognise(head: Buffer, whole: boolean): TraceFormat | null {
  return isText(head) ? jsonFormat(head, whole) : protobufFormat(head, whole);
}

/** Ids and times of protobuf are preceded by their lengths and tags, which no text has in it. */
function isText(head: Buffer): boolean {
  return head.subarray(0, textBytes).every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

function jsonFormat(head: Buffer, whole: boolean): TraceFormat | null {
  const text = head.toString();
  const begun = /^\s*[[{]/.test(text);
  const end = whole ? text.length : text.lastIndexOf('\n');
  // A first line that goes on beyond what is looked at.
  if (end < 0) return begun ? 'json-document' : null;
  const [first = '', ...others] = text.slice(0, end).split('\n', 1000).map((line) => line.trim()).filter((line) => line !== '').slice(0, linesTried);
  if (isRecord(first)) return 'json-lines';
  if (begun && /[[{,:]$/.test(first)) return 'json-document';
  if (others.some(isRecord)) return 'json-lines';
  return begun ? 'json-document' : null;
}

function isRecord(line: string): boolean {
  const value = line.startsWith('{') || line.startsWith('[') ? parsedJson(line) : undefined;
  return isJson(value) || Array.isArray(value);
}

const resourceSpansTag = 0x0a;
/** Fields of a ResourceSpans: resource, scope_spans, schema_url. */
const innerTags = [0x0a, 0x12, 0x1a];

function protobufFormat(head: Buffer, whole: boolean): TraceFormat | null {
  if (head[0] === resourceSpansTag && isResourceSpans(head, 0)) return 'protobuf';
  if (head.length < 5) return null;
  const length = head.readUInt32BE(0);
  const fits = !whole || length <= head.length - 4;
  return length > 0 && fits && head[4] === resourceSpansTag && isResourceSpans(head, 4) ? 'protobuf-frames' : null;
}

function isResourceSpans(head: Buffer, from: number): boolean {
  let at = from + 1;
  while (at < head.length && head[at] >= 0x80) at++;
  const empty = head[at] === 0;
  return at - from <= 5 && (empty || at + 1 >= head.length || innerTags.includes(head[at + 1]));
}
