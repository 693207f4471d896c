import { dbfsToAmplitude } from '../audio/activity.js';
import type { Pcm } from '../types.js';
import { correlatorOf, stretchWindow } from './correlate.js';
import type { Match } from './correlate.js';
import { samplesOf } from './detector.js';
import type { ReferenceProfile } from './reference.js';

/** Sample rates that speech is commonly sent at, Hz. */
const commonRatesHz = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000] as const;
/** As much of the response is looked for, ms, or what there is of it down to the least. */
const windowMs = 300;
const leastMs = 200;
/** And again further on: the first of these that does not lie in a pause tells. */
const furtherMs = [200, 400, 800, 1200] as const;
/** How well a window matches, how well where there is no other, and how far from where it should be the second may be found, ms. */
const match = 0.7;
const onlyMatch = 0.85;
const nearMs = 25;

/**
 * The rate of audio that is the response, sent as if it had the response's own: two pieces of it, one after the other, are found in the
 * response once taken at one of the other common rates.
 * @param sent the audio as it came, without gaps
 * @returns Hz; null where it is not the response, or has its rate
 */
export function otherRateOf(sent: Int16Array, profile: ReferenceProfile): number | null {
  const { releaseDbfs, hysteresisDb } = profile.levels;
  const audible = dbfsToAmplitude(releaseDbfs + hysteresisDb);
  const from = sent.findIndex((sample) => Math.abs(sample) >= audible);
  if (from < 0) return null;
  return commonRatesHz.find((rateHz) => rateHz !== profile.pcm.rateHz && isAtRate(sent.subarray(from), rateHz, profile)) ?? null;
}

function isAtRate(sent: Int16Array, rateHz: number, { pcm }: ReferenceProfile): boolean {
  const first = findAt(sent, 0, rateHz, pcm);
  if (first === null) return false;
  const further = furtherMs.filter((ms) => hasWindow(sent, ms, rateHz));
  if (further.length === 0) return first.correlation >= onlyMatch;
  return further.some((ms) => {
    const second = findAt(sent, ms, rateHz, pcm);
    return second !== null && Math.abs(second.position - first.position - samplesOf(ms, pcm.rateHz)) <= samplesOf(nearMs, pcm.rateHz);
  });
}

function hasWindow(sent: Int16Array, fromMs: number, rateHz: number): boolean {
  return sent.length >= samplesOf(fromMs + leastMs, rateHz);
}

/** Where in the response the audio is found that begins `fromMs` after the first, taken at a rate. */
function findAt(sent: Int16Array, fromMs: number, rateHz: number, response: Pcm): Match | null {
  if (!hasWindow(sent, fromMs, rateHz)) return null;
  const window = sent.subarray(samplesOf(fromMs, rateHz), samplesOf(fromMs + windowMs, rateHz));
  const found = correlatorOf(response).find(stretchWindow(window, response.rateHz / rateHz), 0, response.samples.length);
  return found && found.correlation >= match ? found : null;
}
