import { describe, expect, it } from 'vitest';
import { makeVad, vadKinds } from '../../src/vad/index.js';
import { webrtcMode } from '../../src/vad/webrtc.js';
import { noise } from '../fixtures/speech.js';
import { answers, humanSpeech, share } from './clips.js';

describe.each([8000, 16000] as const)('the WebRTC VAD at %i Hz', (rateHz) => {
  it('hears human speech, and nothing in digital silence', async () => {
    const vad = await makeVad('webrtc', rateHz);
    expect(vad.frameSamples).toBe(rateHz / 100);
    expect(share(await answers(vad, new Int16Array(rateHz)))).toBe(0);
    expect(share(await answers(vad, await humanSpeech(rateHz)))).toBeGreaterThan(0.6);
    vad.close();
    expect(() => vad.process(new Int16Array(rateHz / 100))).toThrow('closed');
    vad.close();
  });

  it('keeps mode and rate through a reset', async () => {
    const vad = await makeVad('webrtc', rateHz, { threshold: 0.9 });
    const sound = noise(rateHz, 1000, 500);
    const first = await answers(vad, sound);
    vad.reset();
    expect(await answers(vad, sound)).toEqual(first);
    vad.close();
  });

  it('is stricter with a higher threshold', async () => {
    const speech = await humanSpeech(rateHz);
    const shares: number[] = [];
    for (const threshold of [0.1, 0.3, 0.5, 0.9]) shares.push(share(await answers(await makeVad('webrtc', rateHz, { threshold }), speech)));
    expect([...shares].sort((a, b) => b - a)).toEqual(shares);
    expect(shares[3]).toBeLessThan(shares[0]);
  });

  it('gives memory back', async () => {
    for (let i = 0; i < 5000; i++) (await makeVad('webrtc', rateHz)).close();
  });
});

describe('VADs', () => {
  it('have one mode of WebRTC a quarter of the threshold', () => {
    expect([0.01, 0.24, 0.25, 0.5, 0.74, 0.75, 0.99].map(webrtcMode)).toEqual([0, 0, 1, 2, 2, 3, 3]);
  });

  it.each(vadKinds)('refuse another rate than 8 and 16 kHz: %s', async (kind) => {
    await expect(makeVad(kind, 48000)).rejects.toThrow('not 48000');
  });
});
