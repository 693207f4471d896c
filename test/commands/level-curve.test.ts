import { describe, expect, it } from 'vitest';
import { drawLevelCurve } from '../../src/commands/level-curve.js';

/** 200 ms of silence, 500 ms at one amplitude, 300 ms of silence. */
function burst(amplitude: number) {
  const rateHz = 16_000;
  const samples = new Int16Array(rateHz);
  for (let i = 3200; i < 11_200; i++) samples[i] = i % 2 === 0 ? amplitude : -amplitude;
  return { rateHz, samples };
}

describe('the level curve', () => {
  it('is full at full scale, empty in silence, and marks onset and end', () => {
    const lines = drawLevelCurve(burst(32_767), { onsetMs: 200, endMs: 700 }, 59);
    expect(lines).toEqual([
      `   0 dB ▕${' '.repeat(10)}${'█'.repeat(25)}`,
      ` -15 dB ▕${' '.repeat(10)}${'█'.repeat(25)}`,
      ` -30 dB ▕${' '.repeat(10)}${'█'.repeat(25)}`,
      ` -45 dB ▕${' '.repeat(10)}${'█'.repeat(25)}`,
      `${' '.repeat(19)}^${' '.repeat(24)}|`,
      `${' '.repeat(9)}^ onset 200 ms, | end 700 ms of 1000 ms`,
    ]);
  });

  it('is half as high at -30 dBFS', () => {
    const lines = drawLevelCurve(burst(Math.round(32_768 * 10 ** (-30 / 20))), { onsetMs: 200, endMs: 700 }, 59);
    expect(lines[1]).toBe(' -15 dB ▕');
    expect(lines[2]).toContain('█'.repeat(25));
  });

  it('keeps to the width and to short audio', () => {
    for (const columns of [20, 80, 300]) {
      const lines = drawLevelCurve({ rateHz: 16_000, samples: new Int16Array(80) }, { onsetMs: 0, endMs: 5 }, columns);
      expect(Math.max(...lines.slice(0, 5).map((line) => line.length))).toBeLessThanOrEqual(Math.max(columns, 20));
    }
  });
});
