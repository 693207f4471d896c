import { describe, expect, it } from 'vitest';
import { crossCorrelate, predictionError, solveToeplitz } from '../../src/score/linear.js';

describe('linear algebra of signals', () => {
  it('solves a Toeplitz system', () => {
    const row = Float64Array.of(4, 2, 1);
    // T x for x = (1, -2, 3).
    const y = Float64Array.of(4 - 4 + 3, 2 - 8 + 6, 1 - 4 + 12);
    expect([...solveToeplitz(row, y)].map((v) => Math.round(v * 1e9) / 1e9)).toEqual([1, -2, 3]);
  });

  it('finds the error filter of an autoregressive process', () => {
    // x[n] = 0.8 x[n-1] + e: correlation 0.8^k, error filter 1 - 0.8 z^-1.
    const taps = predictionError(Float64Array.of(1, 0.8, 0.64));
    expect(taps[0]).toBe(1);
    expect(taps[1]).toBeCloseTo(-0.8, 3);
    expect(taps[2]).toBeCloseTo(0, 3);
  });

  it('correlates at positive and negative lags', () => {
    const [a, b] = [Float64Array.of(0, 1, 0, 0), Float64Array.of(0, 0, 0, 5)];
    expect([...crossCorrelate(a, b, -1, 2)]).toEqual([0, 0, 0, 5]);
  });
});
