import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readSpans } from '../../src/telemetry/index.js';
import { SpanFile } from '../../src/telemetry/span-file.js';
import type { AttributeValue, Span } from '../../src/telemetry/span.js';
import { agentSpan, at, sightingSpan } from './agent-spans.js';

const folder = mkdtempSync(join(tmpdir(), 'bargein-span-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = () => join(folder, `${++files}.jsonl`);
const read = async (path: string) => {
  const spans: Span[] = [];
  await readSpans(path, (span) => spans.push(span));
  return spans;
};

const plain = fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.double().map((value) => value + 0));
const anyAttributes = fc.dictionary(fc.string({ minLength: 1 }), fc.oneof<fc.Arbitrary<AttributeValue>[]>(plain, fc.array(plain, { maxLength: 3 })), { maxKeys: 4 });
const anySpan = fc
  .record({ attributes: anyAttributes, resource: anyAttributes, eventAttributes: anyAttributes, name: fc.string(), error: fc.boolean(), message: fc.option(fc.string({ minLength: 1 }), { nil: null }), kind: fc.constantFrom(null, 'internal', 'server'), ns: fc.bigInt({ min: 0n, max: 999_999n }) })
  .map(({ eventAttributes, message, ns, ...more }) =>
    agentSpan({ ...more, kind: more.kind as Span['kind'], statusMessage: message, startNs: at(0) + ns, parentId: 'd'.repeat(16), scope: 'bot', events: [{ name: 'flush', atNs: at(3) + ns, attributes: eventAttributes }] }),
  );

describe('a file of spans', () => {
  it('gives back what was put in, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anySpan, { minLength: 1, maxLength: 5 }), async (spans) => {
        const path = newPath();
        const file = new SpanFile(path);
        for (const span of spans) expect(file.append(span)).toBe(true);
        file.close();
        // Attributes come back without a prototype.
        expect(JSON.stringify(await read(path), withBigInts)).toBe(JSON.stringify(spans, withBigInts));
      }),
      { numRuns: 40 },
    );
  });

  it('is not made before there is a span', () => {
    const path = newPath();
    new SpanFile(path).close();
    SpanFile.resume(path).close();
    expect(existsSync(path)).toBe(false);
  });

  it('grows up to its limits, of spans and of bytes, and counts what it did not take', async () => {
    const few = newPath();
    const file = new SpanFile(few, { spans: 2, bytes: 1e6 });
    expect([1, 2, 3, 4].map((ms) => file.append(sightingSpan([['vad', ms]])))).toEqual([true, true, false, false]);
    file.close();
    expect(file.dropped).toBe(2);
    expect(await read(few)).toHaveLength(2);
    const small = newPath();
    const tight = new SpanFile(small, { spans: 10, bytes: readFileSync(few).length });
    expect([1, 2, 3].map((ms) => tight.append(sightingSpan([['vad', ms]])))).toEqual([true, true, false]);
    tight.close();
  });

  it('is gone on with after a kill: the line cut short is dropped, and what is there counts', async () => {
    const path = newPath();
    const file = new SpanFile(path);
    file.append(sightingSpan([['vad', 1]]));
    file.close();
    const whole = readFileSync(path).length;
    appendFileSync(path, '{"resourceSpans":[{"resour');
    const resumed = SpanFile.resume(path, { spans: 2, bytes: 1e6 });
    expect(readFileSync(path)).toHaveLength(whole);
    expect([2, 3].map((ms) => resumed.append(sightingSpan([['vad', ms]])))).toEqual([true, false]);
    resumed.close();
    expect((await read(path)).map(({ events }) => events[0].atNs)).toEqual([at(1), at(2)]);
  });

  it('that cannot be written is named', () => {
    expect(() => new SpanFile(join(folder, 'nowhere', 'x.jsonl')).append(agentSpan())).toThrow(/nowhere/);
  });
});

function withBigInts(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
