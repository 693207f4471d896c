import { describe, expect, it } from 'vitest';
import { throughMulaw } from '../../src/audio/g711.js';
import { encodeMulawWav } from '../../src/audio/mulaw-wav.js';
import { decodeWav } from '../../src/audio/wav.js';

describe('encodeMulawWav', () => {
  it('reads back as the channels after a mu-law line', async () => {
    const channels = [Int16Array.of(0, 1000, -1000, 32767), Int16Array.of(5, -32768, 12, 300)];
    const decoded = await decodeWav(encodeMulawWav(channels, 8000), 'x.wav');
    expect(decoded.rateHz).toBe(8000);
    expect(decoded.channels.map((samples) => [...samples])).toEqual(channels.map((samples) => [...throughMulaw(samples)]));
  });
});
