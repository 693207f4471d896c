import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadAudioEngine } from '../../src/audio/engine.js';
import type { AudioEngine } from '../../src/audio/engine.js';
import { hasSoundDevice, Monitor, openMonitor } from '../../src/audio/monitor.js';

const rateHz = 16_000;
const { signal } = new AbortController();

/** Plays pieces into memory; both channels of what was heard. */
async function heard(seconds: number, pieces: Parameters<Monitor['play']>[0][]) {
  const { OfflineAudioContext } = await loadAudioEngine();
  const context = new OfflineAudioContext(2, seconds * rateHz, rateHz);
  const monitor = new Monitor(context);
  for (const piece of pieces) await monitor.play(piece);
  const rendered = await context.startRendering();
  return { left: rendered.getChannelData(0), right: rendered.getChannelData(1), leftOut: monitor.leftOut };
}

const tone = (length: number, value: number) => new Int16Array(length).fill(value);

describe('the monitor', () => {
  it('plays the caller left and the agent right, to the sample, one call after the other', async () => {
    const { left, right } = await heard(2, [
      { left: tone(1600, 8192), right: tone(1600, 0), rateHz },
      { left: tone(800, 0), right: tone(800, -16384), rateHz },
    ]);
    // A lead of 100 ms, 100 ms of the first call, a gap of 300 ms, 50 ms of the second.
    const audible = (value: number) => Math.abs(value) > 0.001;
    const spans = (channel: Float32Array) => [channel.findIndex(audible), channel.findLastIndex(audible)];
    expect(spans(left)).toEqual([1600, 3199]);
    expect(spans(right)).toEqual([8000, 8799]);
    expect([left[2000], right[8400]]).toEqual([0.25, -0.5]);
  });

  it('plays what has another rate at the same pace', async () => {
    const { left } = await heard(2, [{ left: tone(8000, 8192), right: tone(8000, 0), rateHz: 8000 }]);
    // A second of it, inside which the level holds.
    expect(left[1600 + 8000]).toBeCloseTo(0.25, 2);
    expect(left[1600 + 15_500]).toBeCloseTo(0.25, 2);
    expect(Math.abs(left[1600 + 16_500])).toBeLessThan(0.01);
  });

  it('leaves out what would have to wait for more than half a minute, and counts it', async () => {
    const long = { left: tone(20 * rateHz, 1), right: tone(20 * rateHz, 1), rateHz };
    expect((await heard(1, [long, long, long, long])).leftOut).toBe(2);
  });

  it('plays out what it has taken before it gives the device back, unless it is told to end', async () => {
    const { AudioContext } = await loadAudioEngine();
    const context = new AudioContext({ sinkId: { type: 'none' } } as AudioContextOptions);
    const monitor = new Monitor(context);
    await monitor.play({ left: tone(160, 1), right: tone(160, 1), rateHz });
    await monitor.close(signal);
    expect(context.state).toBe('closed');
    const other = new Monitor(new AudioContext({ sinkId: { type: 'none' } } as AudioContextOptions));
    await other.play({ left: tone(20 * rateHz, 1), right: tone(20 * rateHz, 1), rateHz });
    await expect(other.close(AbortSignal.abort())).resolves.toBe(undefined);
  });
});

describe('a machine without a sound device', () => {
  const remedy = { message: '--monitor: there is no sound device here', hint: expect.stringContaining('--keep-audio all') };

  it('is told before the engine is loaded, and where the engine finds none', async () => {
    await expect(openMonitor(() => false, () => Promise.reject(new Error('not to be loaded')))).rejects.toMatchObject(remedy);
    const AudioContext = class {
      constructor() {
        throw new Error('DeviceNotAvailable');
      }
    };
    await expect(openMonitor(() => true, async () => ({ AudioContext }) as unknown as AudioEngine)).rejects.toMatchObject(remedy);
  });

  it('is known by its devices and sound servers', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bargein-snd-'));
    expect(hasSoundDevice('linux', {}, join(folder, 'missing'))).toBe(false);
    writeFileSync(join(folder, 'pcmC0D0c'), '');
    expect(hasSoundDevice('linux', {}, folder)).toBe(false);
    writeFileSync(join(folder, 'pcmC0D0p'), '');
    expect(hasSoundDevice('linux', {}, folder)).toBe(true);
    expect(hasSoundDevice('linux', { PULSE_SERVER: 'tcp:host' }, '/missing')).toBe(true);
    mkdirSync(join(folder, 'pulse'));
    expect(hasSoundDevice('linux', { XDG_RUNTIME_DIR: folder }, '/missing')).toBe(false);
    writeFileSync(join(folder, 'pulse', 'native'), '');
    expect(hasSoundDevice('linux', { XDG_RUNTIME_DIR: folder }, '/missing')).toBe(true);
    expect(hasSoundDevice('darwin', {}, '/missing')).toBe(true);
  });
});
