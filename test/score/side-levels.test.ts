import { describe, expect, it } from 'vitest';
import { defaultDetectorOptions } from '../../src/detect/index.js';
import { SideLevels } from '../../src/score/side-levels.js';
import { normalFrom, randomFrom } from '../../src/time/index.js';

const noiseDbfs = -45;
const random = randomFrom(7);
/** Levels of 10 ms of noise, whose deviation is 0.5 dB. */
const noise = (frames: number) => Array.from({ length: frames }, () => noiseDbfs + 0.5 * normalFrom(random));
/** Syllables of 200 ms that rise from -41 dBFS to -32 dBFS and fall again. */
const speech = (frames: number) => Array.from({ length: frames }, (_, i) => -36.5 + 4.5 * Math.sin((2 * Math.PI * i) / 20));
/** A pause in which a weak sound is heard: as steady as noise in the rules, yet twice as varied. */
const breath = Array.from({ length: 30 }, (_, i) => noiseDbfs + 0.6 + 1.3 * Math.sin((2 * Math.PI * i) / 15));

describe('the level that tells speech from noise', () => {
  it('is not set by how much a weak sound varies, where few pauses are seen', () => {
    const call = [...noise(2000), ...speech(400), ...noise(40), ...speech(200), ...breath, ...speech(300), ...noise(2000)];
    const levels = new SideLevels(Float32Array.from(call), defaultDetectorOptions);
    const near = levels.levelsIn(2100, 2900);
    expect(levels.floorIn(2100, 2900)?.deviationDb).toBeLessThan(0.8);
    expect(near).toMatchObject({ nearFloor: true });
    expect((near?.releaseDbfs ?? 0) - noiseDbfs).toBeLessThan(3.5);
  });

  it('keeps farther from noise that varies more', () => {
    const varied = (frames: number) => Array.from({ length: frames }, () => noiseDbfs + normalFrom(random));
    const levels = new SideLevels(Float32Array.from([...varied(2000), ...speech(900).map((level) => level + 10), ...varied(2000)]), defaultDetectorOptions);
    const floor = levels.floorIn();
    expect(floor?.deviationDb).toBeGreaterThan(0.8);
    expect((levels.levelsIn(0, 4900)?.releaseDbfs ?? 0) - (floor?.levelDbfs ?? 0)).toBeCloseTo(4 * (floor?.deviationDb ?? 0), 6);
  });
});
