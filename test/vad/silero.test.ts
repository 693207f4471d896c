import { describe, expect, it } from 'vitest';
import { makeVad, sileroCounters, warmUp } from '../../src/vad/index.js';
import { SileroVad } from '../../src/vad/silero.js';
import { SileroCache } from '../../src/vad/silero-cache.js';
import { sileroModel, sileroShapes, stateLength } from '../../src/vad/silero-model.js';
import { randomFrom } from '../../src/time/index.js';
import { answers, humanSpeech, joined, share, tone } from './clips.js';

describe.each([8000, 16000] as const)('Silero at %i Hz', (rateHz) => {
  it('hears human speech, and nothing in digital silence', async () => {
    const vad = await makeVad('silero', rateHz);
    expect(vad.frameSamples / rateHz).toBe(0.032);
    expect(Math.max(...(await answers(vad, new Int16Array(2 * rateHz))))).toBeLessThan(0.1);
    for (const which of [0, 1, 2]) {
      vad.reset();
      expect(share(await answers(vad, await humanSpeech(rateHz, which)))).toBeGreaterThan(0.6);
    }
  });

  // docs/measurement.md section 9, trap 14
  it('does not take a tone for speech', async () => {
    const heard = await answers(await makeVad('silero', rateHz), joined(new Int16Array(rateHz / 2), tone(rateHz, 440, 2000)));
    expect(Math.max(...heard)).toBeLessThan(0.5);
  });

  /** What the network says of frames that begin with these samples: those before the frame, zeros, or none. */
  async function askNetwork(speech: Int16Array, before: 'context' | 'zeros' | 'none'): Promise<number[]> {
    const model = await sileroModel();
    const { frameSamples, contextSamples } = sileroShapes[rateHz];
    const scaled = Float32Array.from(joined(new Int16Array(contextSamples), speech), (sample) => sample / 32768);
    const out: number[] = [];
    let state: Float32Array = new Float32Array(stateLength);
    for (let at = 0; at + frameSamples <= speech.length; at += frameSamples) {
      const input = scaled.slice(before === 'none' ? at + contextSamples : at, at + contextSamples + frameSamples);
      if (before === 'zeros') input.fill(0, 0, contextSamples);
      const answer = await model.run(rateHz, input, state);
      state = answer.state;
      out.push(Math.round(answer.probability * 1e4) / 1e4);
    }
    return out;
  }

  it('gives the network the 4 ms before each frame', async () => {
    const speech = await humanSpeech(rateHz, 0, 1500);
    const heard = await answers(await makeVad('silero', rateHz), speech);
    expect(heard).toEqual(await askNetwork(speech, 'context'));
    expect(heard).not.toEqual(await askNetwork(speech, 'zeros'));
    if (rateHz === 8000) expect(share(await askNetwork(speech, 'none'))).toBeLessThan(0.5 * share(heard));
  });
});

describe('Silero', () => {
  it('answers to 1e-4, and the same after a reset', async () => {
    const speech = await humanSpeech(16000, 0, 600);
    const vad = await makeVad('silero', 16000, { cache: false });
    const first = await answers(vad, speech);
    for (const probability of first) expect(Math.round(probability * 1e4) / 1e4).toBe(probability);
    expect(await answers(vad, speech)).not.toEqual(first);
    vad.reset();
    expect(await answers(vad, speech)).toEqual(first);
  });

  it('keeps streams apart that are heard at once', async () => {
    const [a, b] = [await humanSpeech(16000, 0, 800), await humanSpeech(16000, 1, 800)];
    const alone = [await answers(await makeVad('silero', 16000, { cache: false }), a), await answers(await makeVad('silero', 16000, { cache: false }), b)];
    const vads = [await makeVad('silero', 16000, { cache: false }), await makeVad('silero', 16000, { cache: false })];
    expect(await Promise.all([answers(vads[0], a), answers(vads[1], b)])).toEqual(alone);
  });

  it('refuses a frame of another length', async () => {
    const vad = await makeVad('silero', 16000);
    expect(() => vad.process(new Int16Array(160))).toThrow('160 samples');
  });

  it('counts only what is cached, and warms up once', async () => {
    const before = sileroCounters();
    await Promise.all([warmUp('silero', 8000, 3), warmUp('silero', 8000, 3)]);
    expect(sileroCounters()).toEqual(before);
  });
});

describe('the cache of Silero', () => {
  /** Streams with a common silent beginning that then part, some of which return. */
  async function streams(): Promise<Int16Array[]> {
    const silence = new Int16Array(8000);
    const [a, b] = [await humanSpeech(16000, 0, 700), await humanSpeech(16000, 1, 700)];
    return [joined(silence, a), joined(silence, b), joined(silence, a, b), joined(silence, silence, a), joined(silence, a)];
  }

  // A cache that forgets nearly at once has to go back to points that are gone.
  it.each([
    [100_000, 1000],
    [100_000, 4],
    [100_000, 1],
    [40, 3],
  ])('changes no answer (%i probabilities, %i points)', async (probabilities, points) => {
    const model = await sileroModel();
    const cache = new SileroCache(probabilities, points);
    for (const stream of await streams()) {
      expect(await answers(new SileroVad(model, 16000, cache), stream)).toEqual(await answers(new SileroVad(model, 16000, null), stream));
    }
    expect(cache.sizes.probabilities).toBeLessThanOrEqual(probabilities);
    expect(cache.sizes.points).toBeLessThanOrEqual(points);
  });

  it('changes no answer on streams that part and meet at random', async () => {
    const random = randomFrom(7);
    const parts = [new Int16Array(1536), (await humanSpeech(16000, 0, 96)).slice(0, 1536), (await humanSpeech(16000, 2, 96)).slice(0, 1536)];
    const model = await sileroModel();
    const cache = new SileroCache(60, 5);
    for (let i = 0; i < 12; i++) {
      const stream = joined(...Array.from({ length: 4 }, () => parts[Math.floor(random() * parts.length)]));
      expect(await answers(new SileroVad(model, 16000, cache), stream)).toEqual(await answers(new SileroVad(model, 16000, null), stream));
    }
  });

  it('computes each history once, and nothing again while its points are kept', async () => {
    const cache = new SileroCache();
    const model = await sileroModel();
    const all = await streams();
    const histories = new Set<string>();
    let frames = 0;
    const before = sileroCounters();
    for (const stream of all) {
      await answers(new SileroVad(model, 16000, cache), stream);
      for (let end = 512; end <= stream.length; end += 512, frames++) histories.add(Buffer.from(stream.slice(0, end).buffer).toString('latin1'));
    }
    const after = sileroCounters();
    expect(after.computed - before.computed).toBe(histories.size);
    expect(after.hits - before.hits).toBe(frames - histories.size);
    expect(after.recomputed - before.recomputed).toBe(0);
  });

  it('tells the rates apart', async () => {
    const cache = new SileroCache();
    const model = await sileroModel();
    const silence = new Int16Array(4096);
    await answers(new SileroVad(model, 16000, cache), silence);
    expect(await answers(new SileroVad(model, 8000, cache), silence)).toEqual(await answers(new SileroVad(model, 8000, null), silence));
  });
});
