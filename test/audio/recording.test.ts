import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readRecording } from '../../src/audio/recording.js';

const fixtures = join(dirname(fileURLToPath(import.meta.url)), '..', 'fixtures');

/** Where `other` lies best on `samples`, in samples. */
function lagOf(samples: Int16Array, other: Int16Array, largest: number): number {
  let [best, most] = [0, -Infinity];
  for (let lag = -largest; lag <= largest; lag++) {
    let sum = 0;
    for (let i = 8000; i < 14000; i++) sum += samples[i] * other[i + lag];
    if (sum > most) [best, most] = [lag, sum];
  }
  return best;
}

it('decodes FLAC and Ogg Vorbis at their own rate, neither early nor late', async () => {
  const flac = await readRecording(join(fixtures, 'noise-22050.flac'));
  const ogg = await readRecording(join(fixtures, 'noise-22050.ogg'));
  expect([flac.rateHz, ogg.rateHz, flac.channels.length, ogg.channels.length]).toEqual([22050, 22050, 1, 1]);
  const [exact, coded] = [flac.channels[0], ogg.channels[0]];
  // Silence up to 300 ms and from 700 ms, to the sample.
  expect([exact.length, exact.findIndex((sample) => sample !== 0), exact.findLastIndex((sample) => sample !== 0)]).toEqual([22050, 6615, 15434]);
  expect(lagOf(exact, coded, 700)).toBe(0);
});
