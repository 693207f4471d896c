import { describe, expect, it } from 'vitest';
import { PlayoutBuffer } from '../../src/audio/playout.js';

const rateHz = 16000;
const ms = (value: number) => (value * rateHz) / 1000;
const options = { targetMs: 40, quantumMs: 10, phaseMs: 3 };

/** Samples that say where in the stream they come from: 1, 2, 3, ... */
function ramp(fromMs: number, lengthMs: number): Int16Array {
  return Int16Array.from({ length: ms(lengthMs) }, (_, i) => ms(fromMs) + i + 1);
}

/** First and last sounding sample of a track, and the value there. */
function bounds(track: Int16Array): [number, number] {
  return [track.findIndex((s) => s !== 0), track.findLastIndex((s) => s !== 0)];
}

describe('playout', () => {
  it('starts when the depth reaches the target', () => {
    const playout = new PlayoutBuffer(rateHz, options);
    for (let i = 0; i < 10; i++) playout.push(100 + i * 20, ramp(i * 20, 20));
    const { samples } = playout.heardTrack(400);
    // Two packets make 40 ms: play starts with the second, at 120 ms.
    expect(bounds(samples)).toEqual([ms(120), ms(320) - 1]);
    expect(samples.slice(ms(120), ms(320))).toEqual(ramp(0, 200));
    expect(playout.underruns).toBe(0);
  });

  it('starts the target time after the first packet where the depth is not reached', () => {
    const playout = new PlayoutBuffer(rateHz, options);
    playout.push(100, ramp(0, 20));
    playout.push(170, ramp(20, 20));
    const { samples } = playout.heardTrack(400);
    expect(bounds(samples)[0]).toBe(ms(140));
    // 140 + 20 = 160: empty when the second packet comes, which waits for the target time again.
    expect(playout.underruns).toBe(1);
    expect(samples[ms(159)]).not.toBe(0);
    expect(samples[ms(161)]).toBe(0);
    expect(samples[ms(209)]).toBe(0);
    expect(samples[ms(210)]).toBe(ms(20) + 1);
  });

  it('plays at once with a target of 0, to the sample', () => {
    const playout = new PlayoutBuffer(rateHz, { ...options, targetMs: 0 });
    playout.push(100.03, ramp(0, 20));
    playout.push(120.03, ramp(20, 20));
    const { samples } = playout.heardTrack(200);
    // 100.03 ms is sample 1600.48: the first sample at or after it.
    expect(bounds(samples)).toEqual([1601, 1601 + ms(40) - 1]);
    expect(playout.underruns).toBe(0);
  });

  it.each([
    ['paced', 20, 0],
    ['in a burst', 20, 100_000],
    ['200 ms chunks, 400 ms ahead', 200, 400],
  ])('plays the same audio %s', (_, chunkMs, aheadMs) => {
    const playout = new PlayoutBuffer(rateHz, options);
    for (let at = 0; at < 2000; at += chunkMs) playout.push(50 + Math.max(0, at - aheadMs), ramp(at, chunkMs));
    const { samples } = playout.heardTrack(4000);
    const [first, last] = bounds(samples);
    expect(samples.slice(first, last + 1)).toEqual(ramp(0, 2000));
  });

  it('ends what is heard at the next device step after a flush', () => {
    const playout = new PlayoutBuffer(rateHz, options);
    playout.push(100, ramp(0, 1000));
    playout.flush(500.5);
    // The device grid is at 3, 13, ... ms: the next step is 503.
    expect(bounds(playout.heardTrack(2000).samples)).toEqual([ms(100), ms(503) - 1]);
  });

  it('takes effect at once where the flush falls on a step', () => {
    const playout = new PlayoutBuffer(rateHz, options);
    playout.push(100, ramp(0, 1000));
    playout.flush(503);
    expect(bounds(playout.heardTrack(2000).samples)[1]).toBe(ms(503) - 1);
  });

  it('drops what had not begun to play, and plays what comes after', () => {
    const playout = new PlayoutBuffer(rateHz, options);
    playout.push(100, ramp(0, 20));
    playout.flush(110);
    playout.push(300, ramp(500, 40));
    const { samples } = playout.heardTrack(500);
    expect(bounds(samples)).toEqual([ms(300), ms(340) - 1]);
    expect(samples[ms(300)]).toBe(ms(500) + 1);
    expect(playout.underruns).toBe(0);
  });

  it('never plays new audio over what the device already has', () => {
    const playout = new PlayoutBuffer(rateHz, { ...options, targetMs: 0 });
    playout.push(100, ramp(0, 1000));
    playout.flush(500.5);
    playout.push(501, ramp(1500, 100));
    const { samples } = playout.heardTrack(1000);
    expect(samples[ms(502)]).toBe(ms(402) + 1);
    expect(samples[ms(503)]).toBe(ms(1500) + 1);
  });

  it('knows how much was waiting at any time', () => {
    const playout = new PlayoutBuffer(rateHz, options);
    playout.push(100, ramp(0, 1000));
    playout.flush(503);
    expect(playout.depthAt(99)).toBe(0);
    expect(playout.depthAt(200)).toBeCloseTo(900, 6);
    expect(playout.depthAt(502)).toBeCloseTo(598, 6);
    expect(playout.depthAt(503)).toBe(0);
    expect(playout.maxDepthMs).toBe(1000);
  });

  it('does not count running dry at the announced end of a response', () => {
    const playout = new PlayoutBuffer(rateHz, options);
    playout.push(100, ramp(0, 100));
    playout.endOfResponse();
    playout.push(900, ramp(0, 100));
    expect(playout.underruns).toBe(0);
  });

  it('copies any part of what is heard', () => {
    const playout = new PlayoutBuffer(rateHz, options);
    playout.push(100, ramp(0, 100));
    const part = new Int16Array(ms(20));
    playout.copyHeard(ms(90), part);
    expect(part.slice(0, ms(10)).every((s) => s === 0)).toBe(true);
    expect(part[ms(10)]).toBe(1);
  });
});
