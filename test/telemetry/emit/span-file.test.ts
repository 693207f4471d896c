import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { expect, it } from 'vitest';
import { attemptSpans } from '../../../src/telemetry/emit/attempt-spans.js';
import { probeSpanFile, SpanFile } from '../../../src/telemetry/emit/span-file.js';
import { makeResult } from '../../report/sample-run.js';
import { spansOfLine } from './otlp-decoder.js';

const folder = () => mkdtempSync(join(tmpdir(), 'bargein-spans-'));
const spans = attemptSpans(
  { result: makeResult(), recording: { packets: [], askedMs: 250, injected: null, endMs: 6000 }, columns: {}, trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }, sessionId: 's', zeroNs: 0n },
  { resource: resourceFromAttributes({}), scope: { name: 'bargein', version: '0' } },
);

it('writes a request a line', async () => {
  const path = join(folder(), 'spans.jsonl');
  const file = new SpanFile(path);
  await file.write(spans);
  await file.write(spans);
  expect(existsSync(path)).toBe(false);
  await file.close(true);
  const lines = readFileSync(path, 'utf8').split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[2]).toBe('');
  for (const line of lines.slice(0, 2)) expect(spansOfLine(line).map(({ name }) => name)).toEqual(['voice.turn', 'audio.client']);
});

it('leaves what was there before where it is not finished', async () => {
  const path = join(folder(), 'spans.jsonl');
  writeFileSync(path, 'before');
  const file = new SpanFile(path);
  await file.write(spans);
  await file.close(false);
  expect(readFileSync(path, 'utf8')).toBe('before');
});

it('is found not to be writable beforehand, and leaves nothing where it is', () => {
  const place = folder();
  probeSpanFile(join(place, 'spans.jsonl'));
  expect(readdirSync(place)).toEqual([]);
  expect(() => probeSpanFile(join(place, 'none', 'spans.jsonl'))).toThrow('no such file or folder');
});
