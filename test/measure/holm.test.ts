import { expect, it } from 'vitest';
import { adjustHolm } from '../../src/measure/holm.js';

it("steps down: the textbook's 0.01, 0.04, 0.03, 0.005 at 5 %", () => {
  // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm') = 0.03 0.06 0.06 0.02
  const corrected = adjustHolm([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((p, i) => expect(corrected[i]).toBeCloseTo(p, 12));
});

it('never exceeds 1, and missing ones cost nothing', () => {
  expect(adjustHolm([0.6, null, 0.7])).toEqual([1, null, 1]);
  expect(adjustHolm([null, 0.02, null])).toEqual([null, 0.02, null]);
  expect(adjustHolm([])).toEqual([]);
});
