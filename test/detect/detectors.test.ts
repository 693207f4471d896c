import { describe, expect, it } from 'vitest';
import { activeStretches } from '../../src/audio/activity.js';
import { stretchWindow } from '../../src/detect/correlate.js';
import { defaultDetectorOptions, detectors } from '../../src/detect/index.js';
import type { DetectionInput } from '../../src/detect/index.js';
import type { Pcm } from '../../src/types.js';
import { added, heard, noise, speechLike, speechRms } from '../fixtures/speech.js';

const rateHz = 16000;
const index = (ms: number) => Math.round((ms * rateHz) / 1000);
const toMs = (sample: number | null | undefined) => (sample == null ? null : (sample * 1000) / rateHz);

/** Speech from 100 ms, with pauses at 1000-1400 and 2500-3200 ms, to 5000 ms. */
const response = speechLike(rateHz, 5200, [[100, 1000], [1400, 2500], [3200, 5000]]);

/** The response is played from 300 ms on unless said otherwise; the user comes in at 1000 ms and speaks for 500 ms. */
function input(track: Pcm, more: Partial<DetectionInput> = {}): DetectionInput {
  return {
    track,
    reference: response,
    userOnset: index(1000),
    userEnd: index(1500),
    windowEnd: index(4500),
    resumeSamples: index(4000),
    flushes: [],
    queueEmptyAt: () => true,
    responseEnd: null,
    undisturbedPauseMs: null,
    options: defaultDetectorOptions,
    ...more,
  };
}

const aware = (track: Pcm, more?: Partial<DetectionInput>) => detectors['reference-aware'].detect(input(track, more));
const energy = (track: Pcm, more?: Partial<DetectionInput>) => detectors.energy.detect(input(track, { reference: null, ...more }));
/** Level of the last samples of the fixture crosses zero now and then: a few samples. */
const near = (sample: number | null | undefined, ms: number, withinMs = 0.5) => expect(Math.abs((toMs(sample) ?? Infinity) - ms)).toBeLessThanOrEqual(withinMs);

describe('reference-aware detector', () => {
  it.each([1020.3, 1111.7, 1234.56, 2000, 2600.9])('dates the stop to the last audible sample, never to the hangover (cut at %f ms)', (cutMs) => {
    const found = aware(heard(response, 9000, [{ at: 300, from: 0, to: cutMs - 300 }]));
    near(found.stop?.lo, cutMs);
    expect(found.stop).toMatchObject({ hi: found.stop?.lo, inPause: false, resumedAt: null, audibleAgainAt: null, leak: 0 });
  });

  it('takes no pause of the response and not its end for a yield', () => {
    const found = aware(heard(response, 12_000, [{ at: 300, from: 0, to: 5200 }]), { windowEnd: index(10_000) });
    expect(found.stop).toBeNull();
    near(found.naturalEnd, 5300);
  });

  it('sees a stop in a pause as an interval', () => {
    // Cut 100 ms into the pause of 400 ms: the last sample was heard at 1300, the next would have been at 1700.
    const found = aware(heard(response, 9000, [{ at: 300, from: 0, to: 1100 }]));
    expect(found.stop?.inPause).toBe(true);
    near(found.stop?.lo, 1300);
    near(found.stop?.hi, 1700);
  });

  it('extends the wait past a pause that is longer than the hangover', () => {
    // Quiet from 2800, in the pause up to 3500; the response then goes on, as it should.
    expect(aware(heard(response, 5900, [{ at: 300, from: 0, to: 5200 }]), { userOnset: index(2700), windowEnd: index(5000) }).stop).toBeNull();
  });

  it('calls going on at the next sample with an empty queue an underrun', () => {
    const track = heard(response, 9000, [{ at: 300, from: 0, to: 900 }, { at: 1600, from: 900, to: 5200 }]);
    expect(aware(track).stop).toBeNull();
    expect(aware(track, { queueEmptyAt: () => false }).stop?.resumedAt).not.toBeNull();
    near(aware(track, { flushes: [index(1200)] }).stop?.resumedAt, 1600);
  });

  it('calls a silence longer than an underrun can be a pause', () => {
    const found = aware(heard(response, 9000, [{ at: 300, from: 0, to: 900 }, { at: 2500, from: 900, to: 5200 }]));
    near(found.stop?.lo, 1200);
    near(found.stop?.resumedAt, 2500);
  });

  it.each([
    ['at the pause point', 900],
    ['a little before it', 780],
    ['from the start', 100],
    ['further on, as if it had never stopped', 2200],
  ])('finds the same response going on %s', (_, from) => {
    const found = aware(heard(response, 9000, [{ at: 300, from: 0, to: 900 }, { at: 2500, from, to: 5000 }]), { flushes: [index(1195)] });
    near(found.stop?.lo, 1200);
    near(found.stop?.resumedAt, 2500);
  });

  it('tells a reply from the response', () => {
    const reply = speechLike(rateHz, 1000, [[0, 1000]], 77);
    const track = heard(response, 9000, [{ at: 300, from: 0, to: 900 }]);
    track.samples.set(reply.samples, index(2500));
    const { stop } = aware(track);
    expect(stop?.resumedAt).toBeNull();
    near(stop?.replyAt, 2500);
    near(stop?.audibleAgainAt, 2500);
  });

  it('counts a stale chunk after the stop as a leak', () => {
    const { stop } = aware(heard(response, 9000, [{ at: 300, from: 0, to: 900 }, { at: 1500, from: 930, to: 990 }]), { flushes: [index(1200)] });
    near(stop?.lo, 1200);
    expect(stop?.resumedAt).toBeNull();
    near(stop?.leak, 60, 1);
  });

  it('moves the stop when audio follows before the hangover is over', () => {
    near(aware(heard(response, 9000, [{ at: 300, from: 0, to: 900 }, { at: 1300, from: 930, to: 990 }])).stop?.lo, 1360);
  });

  it.each([0.96, 1.03])('tracks a response that is played at %f of its rate', (rate) => {
    const slow = { rateHz, samples: stretchWindow(response.samples, 1 / rate) };
    const whole = heard(slow, 12_000, [{ at: 300, from: 0, to: 5200 / rate }]);
    expect(aware(whole, { windowEnd: index(4500) }).stop).toBeNull();
    near(aware(heard(slow, 9000, [{ at: 300, from: 0, to: 1700 }])).stop?.lo, 2000, 1);
  });

  it('judges by energy alone where what is heard is not the response', () => {
    const other = speechLike(rateHz, 2000, [[0, 2000]], 5);
    const found = aware(heard(other, 9000, [{ at: 300, from: 0, to: 1000 }]));
    expect(found).toMatchObject({ detector: 'energy', referenceLost: true });
    near(found.stop?.lo, 1300);
  });

  it('sees ducking as ducking', () => {
    const found = aware(heard(response, 9000, [{ at: 300, from: 0, to: 900 }, { at: 1200, from: 900, to: 5200, gain: 0.25 }]), { windowEnd: index(4000) });
    expect(found.stop).toBeNull();
    near(found.duckedAt, 1200, 6);
  });

  it('reports a fade at 20 dB down and at silence', () => {
    const track = heard(response, 9000, [{ at: 300, from: 0, to: 5200 }]);
    // Linear in amplitude from 1800 to 2100 ms (within the second stretch): 20 dB down at 2070.
    track.samples.forEach((sample, i) => (track.samples[i] = Math.round(sample * Math.max(0, Math.min(1, (index(2100) - i) / index(300))))));
    const found = aware(track);
    near(found.down20At, 2070, 5);
    expect(toMs(found.stop?.lo)).toBeGreaterThan(2070);
    expect(toMs(found.stop?.lo)).toBeLessThanOrEqual(2100);
  });

  it('refuses to judge where noise hides the silence', () => {
    const track = heard(response, 9000, [{ at: 300, from: 0, to: 900 }]);
    const loud = { rateHz, samples: added(track.samples, noise(rateHz, 9000, speechRms / 2)) };
    expect(aware(loud).snrTooLow).toBe(true);
  });

  it('is right in noise that leaves room for a level', () => {
    const track = heard(response, 9000, [{ at: 300, from: 0, to: 900 }]);
    const noisy = { rateHz, samples: added(track.samples, noise(rateHz, 9000, speechRms / 10)) };
    near(aware(noisy).stop?.lo, 1200, 10);
  });
});

describe('energy detector', () => {
  it('backdates to the last audible sample', () => {
    near(energy(heard(response, 9000, [{ at: 300, from: 0, to: 1050.3 - 300 }])).stop?.lo, 1050.3);
  });

  it('waits for the longest pause of the agent’s own speech', () => {
    const whole = heard(response, 9000, [{ at: 300, from: 0, to: 5200 }]);
    expect(energy(whole, { undisturbedPauseMs: 700, windowEnd: index(4500) }).stop).toBeNull();
    near(energy(whole, { undisturbedPauseMs: 300 }).stop?.lo, 1300);
    near(energy(whole, { options: { ...defaultDetectorOptions, hangoverMs: 600 }, windowEnd: index(4500) }).stop?.lo, 2800);
  });

  it('takes speech again while the user speaks, or too soon after, for the old response', () => {
    const again = (at: number) => energy(heard(response, 9000, [{ at: 300, from: 0, to: 900 }, { at, from: 1500, to: 2500 }]), { undisturbedPauseMs: 200 }).stop;
    near(again(1450)?.resumedAt, 1450);
    near(again(1700)?.resumedAt, 1700);
    expect(again(1900)?.resumedAt).toBeNull();
    near(again(1900)?.replyAt, 1900);
  });

  it('tells the longest silence that was too short to be a stop, where the response is not known', () => {
    // Pauses at 1300-1700 and 2800-3500 ms; the one that begins before the onset does not count.
    const whole = heard(response, 9000, [{ at: 300, from: 0, to: 5200 }]);
    const patient = { undisturbedPauseMs: 1000 };
    const found = energy(whole, patient);
    expect(found.stop).toBeNull();
    near(found.briefSilence?.from, 2800);
    near(found.briefSilence?.to, 3500);
    near(energy(whole, { ...patient, windowEnd: index(2000) }).briefSilence?.from, 1300);
    expect(energy(whole, { ...patient, userOnset: index(2900) }).briefSilence).toBeNull();
    expect(energy(whole, { ...patient, reference: response }).briefSilence).toBeUndefined();
    const cut = heard(response, 9000, [{ at: 300, from: 0, to: 900 }, { at: 1200 + 190, from: 100, to: 900 }]);
    expect(energy(cut, patient).briefSilence).toBeUndefined();
  });

  it('takes the protocol’s word for a natural end', () => {
    const found = energy(heard(response, 9000, [{ at: 300, from: 0, to: 900 }]), { responseEnd: index(1100), undisturbedPauseMs: 200 });
    expect(found.stop).toBeNull();
    near(found.naturalEnd, 1200);
  });

  it('is not moved by noise 36 dB below the speech, as a level of -40 dB would be', () => {
    const track = heard(response, 9000, [{ at: 300, from: 0, to: 900 }]);
    // 450 ms of room noise after the stop.
    track.samples.set(noise(rateHz, 450, speechRms * 10 ** (-36 / 20)), index(1200));
    near(energy(track, { undisturbedPauseMs: 200 }).stop?.lo, 1200, 2);
    // At -40 dB the noise is audible, 450 ms of it; the margin above the floor saves even who asks for that.
    near(activeStretches(track.samples, rateHz, { releaseDbfs: -26 - 40, hysteresisDb: 3 })[0].to, 1650, 1);
    near(energy(track, { undisturbedPauseMs: 200, options: { ...defaultDetectorOptions, levelDb: -40 } }).stop?.lo, 1200, 2);
  });
});
