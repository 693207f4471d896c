import { describe, expect, it } from 'vitest';
import { arrivalOf, playStartOf, truthOf } from '../../src/calibration/truth.js';
import type { ProgrammedStop } from '../../src/calibration/truth.js';

const base: ProgrammedStop = {
  onsetMs: 905,
  frameMs: 20,
  delayMs: 100,
  firstChunkMs: 300,
  chunkMs: 20,
  queueMs: 0,
  responseMs: 10_000,
  flush: false,
  targetMs: 40,
  quantumMs: 10,
  phaseMs: 3,
};

describe('the truth, by hand', () => {
  it('knows when the onset sample arrives', () => {
    expect(arrivalOf(905, 20)).toBe(920);
    expect(arrivalOf(920, 20)).toBe(940);
    expect(arrivalOf(919.9999, 20)).toBe(920);
  });

  it('knows when playing starts', () => {
    // Chunks at 300 and 320 make 40 ms.
    expect(playStartOf(base)).toBe(320);
    // One chunk of 200 ms is enough; chunks of 15 ms need three, the third of which leaves at 330.
    expect(playStartOf({ ...base, chunkMs: 200 })).toBe(300);
    expect(playStartOf({ ...base, chunkMs: 15 })).toBe(330);
    expect(playStartOf({ ...base, targetMs: 0 })).toBe(300);
    expect(playStartOf({ ...base, chunkMs: 30, queueMs: 400 })).toBe(300);
  });

  it('plays out what has been sent', () => {
    // Decided at 1020: chunks 0..36 left at 300..1020, 37 of 20 ms from 320 on: heard to 1060.
    expect(truthOf({ ...base, delayMs: 101 }).stopMs).toBe(1060);
    // 400 ms ahead in chunks of 200: by 1021, k * 200 <= 721 + 400 gives k = 5, six chunks from 300 on.
    expect(truthOf({ ...base, delayMs: 101, chunkMs: 200, queueMs: 400 }).stopMs).toBe(1500);
  });

  it('ends at the next step of the device after a flush', () => {
    const flushed = truthOf({ ...base, flush: true, queueMs: 60_000, delayMs: 101.5 });
    // Decided at 1021.5; the device's steps are at 1013, 1023.
    expect(flushed.stopMs).toBeCloseTo(1023, 9);
    expect(flushed.latencyMs).toBeCloseTo(118, 9);
    expect(truthOf({ ...base, flush: true, queueMs: 60_000, delayMs: 103 }).stopMs).toBeCloseTo(1023, 9);
  });
});
