import { describe, expect, it } from 'vitest';
import { commonSlope } from '../../src/measure/slopes.js';

const line = (name: string, level: number, xs: readonly number[]) => xs.map((x) => ({ x, y: level - 3 * x, line: name }));

describe('the slope that lines have in common', () => {
  it('is that of the one line', () => expect(commonSlope(line('a', 1, [0.4, 0.5, 0.65]))).toMatchObject({ perUnit: expect.closeTo(-3, 9) as number, change: expect.closeTo(-0.75, 9) as number, from: 0.4, to: 0.65, leftOut: 0 }));

  it('is not bent by levels that differ, nor by lines that cover other ranges', () => {
    // Pooled, these rise: the line further to the right lies far higher.
    expect(commonSlope([...line('low', 0, [1, 2, 3]), ...line('high', 100, [4, 5, 6])])?.perUnit).toBeCloseTo(-3, 9);
  });

  it('leaves out what is not known, and says how much', () => {
    expect(commonSlope([...line('a', 1, [0, 1, 2]), { x: 3, y: null, line: 'a' }])).toMatchObject({ from: 0, to: 2, leftOut: 1 });
  });

  it('is none where no line has two known values', () => {
    expect(commonSlope([])).toBeNull();
    expect(commonSlope([{ x: 1, y: 2, line: 'a' }, { x: 2, y: 3, line: 'b' }, { x: 3, y: null, line: 'b' }])).toBeNull();
  });
});
