import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdTable } from '../../src/telemetry/id-table.js';
import { Intake } from '../../src/telemetry/intake.js';
import { noAttributes } from '../../src/telemetry/attributes.js';
import type { SpanDraft } from '../../src/telemetry/span.js';
import { describeFault } from '../../src/telemetry/tally.js';

const nowMs = Date.UTC(2026, 5, 1);
const id = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');
const at = (ms: number): bigint => BigInt(nowMs + ms) * 1_000_000n;

/** A span of trace 1; times in ms from `nowMs`. */
function span(number: number, parent: number | null, startMs: number, endMs = startMs + 100, trace = 1): SpanDraft {
  return {
    traceId: id(trace, 32), spanId: id(number, 16), parentId: parent === null ? null : id(parent, 16), name: `span-${number}`, kind: null, startNs: at(startMs), endNs: at(endMs),
    attributes: noAttributes, events: [], error: false, statusMessage: null, resource: noAttributes, scope: null,
  };
}

function faultsOf(drafts: readonly SpanDraft[], mostIds?: number): Record<string, number> {
  const intake = new Intake(() => {}, { nowMs: () => nowMs, mostIds });
  for (const draft of drafts) intake.offer(draft);
  return Object.fromEntries(intake.tally().faults.map(({ kind, count }) => [kind, count]));
}

describe('spans held against each other', () => {
  it.each([
    ['nothing is wrong', [span(1, null, 0, 500), span(2, 1, 100)], {}],
    ['a child before its parent in the input, and after it in time', [span(2, 1, 100), span(1, null, 0, 500)], { 'out-of-order': 1 }],
    ['the same span twice', [span(1, null, 0), span(1, null, 50)], { duplicate: 1 }],
    ['the same span id in another trace', [span(1, null, 0), span(1, null, 0, 100, 2)], {}],
    ['two spans whose parent never comes', [span(1, 9, 0), span(2, 9, 0), span(3, 1, 0)], { 'missing-parent': 2 }],
    ['a parent of another trace', [span(1, null, 0), span(2, 1, 0, 100, 2)], { 'missing-parent': 1 }],
    ['a child 1 s before its parent', [span(1, null, 1000), span(2, 1, 0)], { 'out-of-order': 1 }],
    ['a child more than 1 s before its parent', [span(1, null, 1001), span(2, 1, 0)], { 'out-of-order': 1, 'clock-step': 1 }],
    ['the same, the child first', [span(2, 1, 0), span(1, null, 1001)], { 'clock-step': 1 }],
    ['a child 1 s after the end of its parent', [span(1, null, 0, 100), span(2, 1, 1100)], {}],
    ['children more than 1 s after the end of their parent', [span(1, null, 0, 100), span(2, 1, 1101), span(3, 1, 1200)], { 'clock-step': 1 }],
    ['the same, a child first', [span(2, 1, 1101), span(1, null, 0, 100), span(3, 1, 1200)], { 'out-of-order': 1, 'clock-step': 1 }],
    ['a parent whose times are of no use', [span(1, null, 100, 0), span(2, 1, 5000)], { 'negative-duration': 1 }],
    ['a day ahead', [span(1, null, 0, 86_400_000)], {}],
    ['more than a day ahead', [span(1, null, 0, 86_400_001)], { 'implausible-time': 1 }],
    ['before 2000', [{ ...span(1, null, 0), startNs: BigInt(Date.UTC(2000)) * 1_000_000n - 1_000_000n }], { 'implausible-time': 1 }],
  ])('%s', (_, drafts, faults) => {
    expect(faultsOf(drafts)).toEqual(faults);
  });

  it('finds the same duplicates, missing parents and clock steps in any order', () => {
    const spans = [span(1, null, 0, 100), span(2, 1, 50), span(3, 1, 5000), span(4, 9, 10), span(5, 4, 10), span(6, 5, -2000), span(1, null, 0, 100)];
    const orderless = (faults: Record<string, number>): Record<string, number> => Object.fromEntries(Object.entries(faults).filter(([kind]) => kind !== 'out-of-order'));
    fc.assert(
      fc.property(fc.shuffledSubarray(spans, { minLength: spans.length }), (shuffled) => {
        expect(orderless(faultsOf(shuffled))).toEqual({ duplicate: 1, 'missing-parent': 1, 'clock-step': 2 });
      }),
    );
  });

  it('says which was the first, in a line', () => {
    const intake = new Intake(() => {}, { nowMs: () => nowMs });
    intake.faults.at('calls.jsonl', 'line', 7);
    intake.offer(span(3, 9, 0));
    intake.faults.at('calls.jsonl', 'line', 8);
    intake.offer(span(4, 9, 0));
    expect(intake.tally().faults.map(describeFault)).toEqual([
      '2 x missing-parent (a parent that is nowhere in the input; kept), first at calls.jsonl, line 7: span 0000000000000003 names 0000000000000009 as its parent',
    ]);
  });

  it('keeps its memory, and says what it has not checked', () => {
    const spans = Array.from({ length: 10 }, (_, i) => span(i + 1, null, 0, 1, i + 1));
    expect(faultsOf([...spans, ...spans], 4)).toEqual({ duplicate: 4, unchecked: 12 });
  });
});

describe('the table of ids', () => {
  it('holds what a map holds, through its growth', () => {
    const table = new IdTable(1, Infinity);
    const map = new Map<string, number>();
    for (let i = 0; i < 20_000; i++) {
      const [first, second] = [id((i * 7919) % 5000, 32), id(i % 3, 16)];
      const place = table.place(first, second);
      expect(table.added).toBe(!map.has(first + second));
      if (table.added) table.columns[0][place] = i;
      else expect(table.columns[0][place]).toBe(map.get(first + second));
      if (table.added) map.set(first + second, i);
    }
    expect(table.size).toBe(map.size);
  });

  it('tells ids apart that differ little', () => {
    const table = new IdTable(0, Infinity);
    for (let i = 0; i < 300_000; i++) table.place(id(1, 32), id(i, 16));
    for (let i = 2; i < 300_000; i++) table.place(id(i, 32), id(0, 16));
    for (let i = 1; i < 16; i++) for (let digit = 0; digit < 32; digit++) table.place('0'.repeat(digit) + i.toString(16) + '0'.repeat(31 - digit), 'x');
    expect(table.size).toBe(300_000 + 299_998 + 15 * 32);
  });
});
