import { describe, expect, it } from 'vitest';
import { FrameCutter } from '../../src/agents/frame-cutter.js';
import { Hearing } from '../../src/agents/hearing.js';
import { SpeechTracker } from '../../src/agents/speech-tracker.js';
import { HrtimeClock, VirtualClock } from '../../src/time/index.js';
import type { Clock, SessionContext } from '../../src/types.js';
import type { Vad } from '../../src/vad/index.js';

describe('a frame cutter', () => {
  it('cuts any pieces into frames of one length and keeps the rest', () => {
    const cutter = new FrameCutter(512);
    const all = Int16Array.from({ length: 5000 }, (_, i) => i);
    const frames: Int16Array[] = [];
    for (let at = 0, size = 1; at < all.length; at += size, size = (size * 7) % 1201) frames.push(...cutter.cut(all.subarray(at, Math.min(all.length, at + size))));
    expect(frames.every(({ length }) => length === 512)).toBe(true);
    expect(frames.flatMap((frame) => [...frame])).toEqual([...all.subarray(0, Math.floor(5000 / 512) * 512)]);
  });
});

describe('a speech tracker', () => {
  const rules = { threshold: 0.5, minSpeechMs: 50, minSilenceMs: 100, frameMs: 32 };
  const changes = (probabilities: number[], overrides = {}) => {
    const tracker = new SpeechTracker({ ...rules, ...overrides });
    const found = probabilities.flatMap((probability, index) => {
      const change = tracker.hear(probability);
      return change ? [`${change} ${index}`] : [];
    });
    return { found, tracker };
  };

  it('takes speech to begin after whole frames that make up the least length, in a row', () => {
    expect(changes([0.6, 0.4, 0.5, 0.5]).found).toEqual(['start 3']);
    expect(changes([0.6, 0.6], { minSpeechMs: 0 }).found).toEqual(['start 0']);
    expect(changes([0.6, 0.6, 0.6], { minSpeechMs: 64 }).found).toEqual(['start 1']);
    expect(changes([0.6, 0.6, 0.6], { minSpeechMs: 65 }).found).toEqual(['start 2']);
  });

  it('goes on at 0.15 below the threshold, and ends after the least silence in a row', () => {
    expect(changes([0.9, 0.9, 0.36, 0.3, 0.3, 0.3, 0.36, 0.3, 0.3, 0.3, 0.3]).found).toEqual(['start 1', 'end 10']);
    expect(changes([0.2, 0.2, 0.06, 0.06, 0.06, 0.06], { threshold: 0.2 }).found).toEqual(['start 1']);
    expect(changes([0.1, 0.1, 0.02, 0.02, 0.02, 0.005, 0.005, 0.005, 0.005], { threshold: 0.1 }).found).toEqual(['start 1', 'end 8']);
  });

  it('measures speech from its first frame to its last, without the silence after it', () => {
    const { tracker } = changes([0, 0.9, 0.9, 0.9, 0, 0.9, 0, 0, 0, 0]);
    expect([tracker.speaking, tracker.speechMs]).toEqual([false, 5 * 32]);
    expect(tracker.hear(0.9)).toBe(null);
    expect(tracker.hear(0.9)).toBe('start');
    expect(tracker.speechMs).toBe(2 * 32);
  });
});

describe('hearing', () => {
  /** Says of each frame what its first sample says, each answer later than the one before it asked for. */
  class SlowVad implements Vad {
    readonly kind = 'energy';
    readonly rateHz = 16000;
    readonly frameSamples = 320;
    readonly heard: number[] = [];
    #busy = false;
    closedWhileBusy = false;
    closed = 0;
    /** Runs while a frame is judged. */
    meanwhile: () => void = () => {};
    async process(frame: Int16Array): Promise<number> {
      if (this.#busy) throw new Error('two frames at once');
      this.#busy = true;
      for (let i = 0; i < 20; i++) await Promise.resolve();
      this.meanwhile();
      this.heard.push(frame[0]);
      this.#busy = false;
      return frame[0] >= 100 ? 1 : 0;
    }
    reset(): void {}
    close(): void {
      this.closed++;
      this.closedWhileBusy = this.#busy;
    }
  }

  const hearingOn = (clock: Clock, vad: Vad, changes: string[], minSpeechMs = 40) =>
    new Hearing({ clock } as unknown as SessionContext, vad, { threshold: 0.5, minSpeechMs, minSilenceMs: 40 }, (change) => changes.push(`${change} ${clock.now()}`));

  it('judges frames in order, one at a time, even when they come at once in real time', async () => {
    const vad = new SlowVad();
    const changes: string[] = [];
    const clock = new HrtimeClock();
    const hearing = hearingOn(clock, vad, changes);
    const allHeard = new Promise<void>((resolve) => (vad.meanwhile = () => vad.heard.length === 7 && clock.at(clock.now(), resolve)));
    hearing.hear(Int16Array.from({ length: 320 * 6 }, (_, i) => 100 + Math.floor(i / 320)));
    hearing.hear(new Int16Array(320 * 2));
    await allHeard;
    expect(vad.heard).toEqual([100, 101, 102, 103, 104, 105, 0, 0]);
    expect(changes.map((change) => change.split(' ')[0])).toEqual(['start', 'end']);
  });

  it('takes no virtual time', async () => {
    const vad = new SlowVad();
    const changes: string[] = [];
    const clock = new VirtualClock();
    const hearing = hearingOn(clock, vad, changes);
    await clock.drive(
      new Promise<void>((resolve) => {
        for (let index = 1; index <= 10; index++) clock.at(index * 20, () => hearing.hear(new Int16Array(320).fill(index > 3 && index < 7 ? 100 : 0)));
        clock.at(300, resolve);
      }),
    );
    expect(changes).toEqual(['start 100', 'end 160']);
  });

  it('reports nothing once closed, and closes the VAD after the frame it is at', async () => {
    const vad = new SlowVad();
    const changes: string[] = [];
    const clock = new VirtualClock();
    const hearing = hearingOn(clock, vad, changes, 20);
    vad.meanwhile = () => {
      hearing.close();
      hearing.close();
      hearing.hear(new Int16Array(320).fill(100));
    };
    await clock.drive(
      new Promise<void>((resolve) => {
        clock.at(20, () => hearing.hear(new Int16Array(320 * 4).fill(100)));
        clock.at(100, resolve);
      }),
    );
    expect([vad.heard, vad.closed, vad.closedWhileBusy, changes]).toEqual([[100], 1, false, []]);
  });
});
