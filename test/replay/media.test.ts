import { describe, expect, it } from 'vitest';
import { throughMulaw } from '../../src/audio/g711.js';
import { resample } from '../../src/audio/resample.js';
import { jitterDelay, needsRendering, prepareMedia, prepareResponse } from '../../src/replay/media.js';
import { PieceCache } from '../../src/replay/piece-cache.js';
import type { Attempt, Pcm } from '../../src/types.js';
import { syntheticCorpus } from '../corpus/synthetic-corpus.js';

const corpus = syntheticCorpus([
  { id: 'agent', role: 'agent', speechMs: [[100, 3000]], fileMs: 3200 },
  { id: 'wait', role: 'interruption', speechMs: [[50, 650]], fileMs: 700 },
  { id: 'television', role: 'noise', speechMs: [[0, 3000]], fileMs: 3000 },
]);

const clean: Attempt = {
  index: 0,
  id: 'f0000',
  agentClip: 'agent',
  userClip: 'wait',
  userClipKind: 'human',
  intent: 'interruption',
  persona: 'mind-changer',
  condition: 'clean',
  offsetBand: 'middle',
  offsetMs: 1000,
  gainDb: 0,
  bed: null,
  seed: 1,
};
const prepare = (change: Partial<Attempt> = {}) => prepareMedia({ ...clean, ...change }, corpus);

function levelDbfs(samples: Int16Array, from = 0, to = samples.length): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += samples[i] * samples[i];
  return 10 * Math.log10(sum / (to - from)) - 20 * Math.log10(32768);
}

describe('prepareMedia', () => {
  it('hands out the clips to the bit where nothing changes them', async () => {
    const media = await prepare();
    expect(media.format).toEqual({ rateHz: 16000, frameMs: 20, codec: 'pcm16' });
    expect(media.user?.pcm.samples).toEqual((await corpus.clip('wait')).pcm.samples);
    expect(media.user).toMatchObject({ onsetSample: 800, endSample: 10400 });
    expect(media.response.samples).toEqual((await corpus.clip('agent')).pcm.samples);
    expect(media).toMatchObject({ bed: null, echo: null, jitter: null, clippedSamples: 0 });
  });

  it.each(['clean', 'telephone'] as const)('gives the same response array each time (%s), which is its whole buffer', async (condition) => {
    const [one, two] = await Promise.all([prepare({ condition }), prepare({ condition, persona: 'angry', gainDb: 6 })]);
    expect(two.response.samples).toBe(one.response.samples);
    expect((await prepare({ condition })).response.samples).toBe(one.response.samples);
    expect(one.response.samples.byteOffset).toBe(0);
    expect(one.response.samples.buffer.byteLength).toBe(one.response.samples.byteLength);
  });

  it('applies the gain of a persona', async () => {
    const { user } = await prepare({ gainDb: -18 });
    expect(levelDbfs(user?.pcm.samples as Int16Array, 800, 10400)).toBeCloseTo(levelDbfs((await corpus.clip('wait')).pcm.samples, 800, 10400) - 18, 1);
    expect((await prepare({ gainDb: -18 })).user?.pcm).toBe(user?.pcm);
  });

  it('counts what a gain drives beyond 16 bits', async () => {
    expect((await prepare({ gainDb: 30 })).clippedSamples).toBeGreaterThan(100);
  });

  it('renders the telephone at 8 kHz, with the places of the speech at that rate', async () => {
    const { format, user, response } = await prepare({ condition: 'telephone' });
    expect(format).toEqual({ rateHz: 8000, frameMs: 20, codec: 'mulaw' });
    expect(user).toMatchObject({ onsetSample: 400, endSample: 5200, pcm: { rateHz: 8000 } });
    expect(user?.pcm.samples.length).toBe(5600);
    expect(response.rateHz).toBe(8000);
    // The response has been through mu-law: coding it again changes nothing.
    expect(throughMulaw(response.samples)).toEqual(response.samples);
  });

  it.each([['clean', 16000], ['telephone', 8000]] as const)('puts a bed under the call, at its SNR at the microphone (%s)', async (condition, rateHz) => {
    const media = await prepare({ condition, gainDb: -18, bed: { clip: 'television', snrDb: 12 } });
    const bed = media.bed as NonNullable<typeof media.bed>;
    expect(bed.pcm.rateHz).toBe(rateHz);
    expect(bed.startSample).toBeLessThan(bed.pcm.samples.length);
    if (condition === 'clean') expect(Math.abs(levelDbfs(bed.pcm.samples) - (-26 - 18 - 12))).toBeLessThan(0.2);
    const other = await prepare({ condition, gainDb: -18, bed: { clip: 'television', snrDb: 12 }, seed: 2 });
    expect(other.bed?.pcm).toBe(bed.pcm);
    expect(other.bed?.startSample).not.toBe(bed.startSample);
  });

  it('levels the bed of a control to the level of the corpus', async () => {
    const { bed, user } = await prepare({ intent: 'control', userClip: null, bed: { clip: 'television', snrDb: 20 } });
    expect(user).toBeNull();
    expect(Math.abs(levelDbfs(bed?.pcm.samples as Int16Array) + 46)).toBeLessThan(0.2);
  });

  it('has an echo path or a jitter where the condition says so', async () => {
    expect((await prepare({ condition: 'echo' })).echo?.length).toBeGreaterThan(1280);
    expect((await prepare({ condition: 'jitter' })).jitter).toEqual(jitterDelay);
  });
});

describe('needsRendering', () => {
  it('is true exactly where samples are made by a graph', () => {
    expect(needsRendering(clean)).toBe(false);
    expect(needsRendering({ ...clean, condition: 'jitter' })).toBe(false);
    expect(needsRendering({ ...clean, gainDb: 6 })).toBe(true);
    expect(needsRendering({ ...clean, bed: { clip: 'television', snrDb: 5 } })).toBe(true);
    for (const condition of ['telephone', 'echo'] as const) expect(needsRendering({ ...clean, condition })).toBe(true);
    expect(needsRendering({ ...clean, userClip: null, condition: 'telephone' })).toBe(false);
  });
});

describe('PieceCache', () => {
  it('makes each piece once, also for those who ask at the same time', async () => {
    const cache = new PieceCache<number[]>(100, ({ length }) => length);
    let made = 0;
    const make = () => Promise.resolve([++made]);
    const pieces = await Promise.all([cache.get('a', make), cache.get('a', make)]);
    expect(pieces[0]).toBe(pieces[1]);
    expect(made).toBe(1);
  });

  it('drops what was unused for longest when it is full', async () => {
    const cache = new PieceCache<number[]>(2, ({ length }) => length);
    const made: string[] = [];
    const get = (name: string) => cache.get(name, () => Promise.resolve([made.push(name)]));
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await get(name);
    expect(made).toEqual(['a', 'b', 'c', 'b']);
  });

  it('does not keep a failure', async () => {
    const cache = new PieceCache<number[]>(2, ({ length }) => length);
    await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await cache.get('a', () => Promise.resolve([1]))).toEqual([1]);
  });
});

describe('an agent with a line of its own', () => {
  const side = (rateHz: number, codec: 'pcm16' | 'mulaw', turns: 'response' | 'unprompted' = 'response') => ({ line: { rateHz, frameMs: 20, codec }, turns, prompt: null }) as const;

  it.each([24000, 48000, 8000])('gets everything at its rate, whatever the condition (%d Hz)', async (rateHz) => {
    for (const condition of ['clean', 'telephone', 'echo'] as const) {
      const media = await prepareMedia({ ...clean, condition, bed: { clip: 'television', snrDb: 12 } }, corpus, side(rateHz, 'pcm16'));
      expect(media.format).toEqual({ rateHz, frameMs: 20, codec: 'pcm16' });
      expect([media.response.rateHz, media.user?.pcm.rateHz, media.bed?.pcm.rateHz]).toEqual([rateHz, rateHz, rateHz]);
      expect(media.user).toMatchObject({ onsetSample: (800 * rateHz) / 16000, endSample: (10400 * rateHz) / 16000 });
      expect(media.user?.pcm.samples.length).toBe((700 * rateHz) / 1000);
      expect(media.bed?.pcm.samples.length).toBeGreaterThan(2 * rateHz);
    }
  });

  it('hears the telephone band only where the condition says so', async () => {
    const at48 = side(48000, 'pcm16');
    const handset = await resample((await prepare({ condition: 'telephone' })).user?.pcm as Pcm, 48000);
    expect((await prepareMedia({ ...clean, condition: 'telephone' }, corpus, at48)).user?.pcm.samples).toEqual(handset.samples);
    const plain = await resample((await corpus.clip('wait')).pcm, 48000);
    expect((await prepareMedia(clean, corpus, at48)).user?.pcm.samples).toEqual(plain.samples);
  });

  it('codes the response as its line does', async () => {
    const { response } = await prepareMedia(clean, corpus, side(8000, 'mulaw'));
    expect(throughMulaw(response.samples)).toEqual(response.samples);
    expect((await prepareMedia(clean, corpus, side(8000, 'mulaw'))).response.samples).toBe(response.samples);
  });

  it('has no response where it says what it likes', async () => {
    const own = side(16000, 'pcm16', 'unprompted');
    expect((await prepareMedia(clean, corpus, own)).response.samples.length).toBe(0);
    expect(await prepareResponse(clean, corpus, own)).toBeNull();
    expect(await prepareResponse(clean, corpus)).not.toBeNull();
  });

  it('is asked at its rate', async () => {
    const prompt = { audio: { rateHz: 8000, samples: new Int16Array(8000) }, text: 'Hello?' };
    const media = await prepareMedia(clean, corpus, { line: { rateHz: 24000, frameMs: 20, codec: 'pcm16' }, turns: 'prompted', prompt });
    expect(media.prompt).toMatchObject({ text: 'Hello?', audio: { rateHz: 24000 } });
    expect(media.prompt?.audio?.samples.length).toBe(24000);
  });
});
