import { expect, it } from 'vitest';
import { layOut } from '../../../src/telemetry/emit/lay-out.js';
import { hrTimeOf, wallNs } from '../../../src/telemetry/emit/wall-time.js';

const untilMs = 1_767_323_045_678;

it('lays attempts without a time of day end to end in the order of the draw, up to the export', () => {
  const zeros = layOut([{ id: 'b', index: 1, endMs: 1000.5, wallMs: null }, { id: 'a', index: 0, endMs: 2000, wallMs: null }], untilMs);
  expect(zeros.get('b')).toBe(1_767_323_045_678_000_000n - 1_000_500_000n);
  expect(zeros.get('a')).toBe(1_767_323_045_678_000_000n - 3_000_500_000n);
});

it('leaves attempts of real time where they were, side by side', () => {
  const zeros = layOut([{ id: 'a', index: 0, endMs: 2000, wallMs: untilMs - 9000.25 }, { id: 'b', index: 1, endMs: 2000, wallMs: untilMs - 9000 }], untilMs);
  expect([zeros.get('a'), zeros.get('b')]).toEqual([1_767_323_036_677_750_000n, 1_767_323_036_678_000_000n]);
});

it('keeps nanoseconds that a double could not hold', () => {
  expect(wallNs(untilMs)).toBe(1_767_323_045_678_000_000n);
  expect(hrTimeOf(1_767_323_045_678_901_235n)).toEqual([1_767_323_045, 678_901_235]);
});
