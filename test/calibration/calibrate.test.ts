import { describe, expect, it } from 'vitest';
import { calibrate, defaultCalibration } from '../../src/calibration/index.js';
import type { CalibrationOptions } from '../../src/calibration/index.js';
import { defaultCorpusDir } from '../../src/corpus/load.js';
import { defaultDetectorOptions } from '../../src/detect/index.js';
import { measureAttempt } from '../../src/measure/attempt.js';
import type { Recording } from '../../src/types.js';

const options: CalibrationOptions = { ...defaultCalibration, attempts: 40, controls: 12, fades: 24, clock: 'virtual', corpusDir: defaultCorpusDir };

/** Calibrates a measurement that first does something to what was recorded. */
function tampered(change: (recording: Recording) => Recording) {
  return calibrate({ ...options, fades: 0, controls: 0, measure: (attempt, recording, response, how) => measureAttempt(attempt, change(recording), response, how) });
}

describe('calibration', () => {
  it('finds the measurement right within its goals, at 16 kHz and through mu-law, and no yield on controls', async () => {
    const report = await calibrate(options);
    expect(report.failures).toEqual([]);
    expect(report).toMatchObject({ passed: true, missed: 0, summary: { n: 40, controls: 12, falseYields: 0 } });
    expect(report.summary.p95Ms).toBeLessThanOrEqual(1);
    expect(report.summary.maxMs).toBeLessThanOrEqual(2);
    expect(report.byCase.map(({ name }) => name.split(',')[0])).toEqual(expect.arrayContaining(['16 kHz', '8 kHz mu-law']));
  });

  it('comes out the same again, and differently with another seed', async () => {
    const few = { ...options, attempts: 8, controls: 2, fades: 0 };
    expect(await calibrate(few)).toEqual(await calibrate(few));
    expect(await calibrate({ ...few, seed: 2 })).not.toEqual(await calibrate(few));
  });
});

describe('a calibration without a stop', () => {
  it('says that nothing is known, once', async () => {
    const report = await calibrate({
      ...options,
      attempts: 4,
      controls: 0,
      fades: 0,
      measure: (attempt, recording, response, how) => ({ ...measureAttempt(attempt, recording, response, how), stopLatencyMs: null, outcome: 'talked-through' }),
    });
    expect(report.failures).toEqual(['p95 of the error is not known: nothing was measured', '4 stops were not reported']);
  });
});

describe('the error bar', () => {
  it('is that of the detector and options in use', async () => {
    const few = { ...options, attempts: 20, controls: 0, fades: 0 };
    const usual = await calibrate(few);
    const coarse = await calibrate({ ...few, detection: { detector: 'energy', detectorOptions: { ...defaultDetectorOptions, levelDb: -10 } } });
    expect(coarse.summary.p95Ms ?? Infinity).toBeGreaterThan(5 * (usual.summary.p95Ms as number));
  });
});

describe('a wrong measurement is found out', () => {
  const shifted = (injected: Recording['injected']) => injected && { ...injected, userOnsetMs: injected.userOnsetMs + 20 };

  it.each<[string, (recording: Recording) => Recording]>([
    ['an onset off by a frame', (recording) => ({ ...recording, injected: shifted(recording.injected) })],
    ['a buffer off by 10 ms', (recording) => ({ ...recording, playout: { ...recording.playout, targetMs: recording.playout.targetMs + 10 } })],
    ['a flush that is ignored', (recording) => ({ ...recording, flushes: [] })],
    ['a device grid that is ignored', (recording) => ({ ...recording, playout: { ...recording.playout, quantumMs: 0.0625 } })],
  ])('%s', async (_, change) => {
    const report = await tampered(change);
    expect(report.passed).toBe(false);
    expect(report.failures.join()).toMatch(/error/);
  });

  it.each([
    ['a hangover that is charged', 200],
    ['a detector 5 ms late', 5],
    ['a detector 5 ms early', -5],
  ])('%s', async (_, offMs) => {
    const report = await calibrate({
      ...options,
      fades: 0,
      controls: 0,
      measure: (...given) => {
        const result = measureAttempt(...given);
        return { ...result, stopLatencyMs: result.stopLatencyMs === null ? null : result.stopLatencyMs + offMs };
      },
    });
    expect(report.passed).toBe(false);
  });

  it('a detector that takes pauses for yields', async () => {
    const report = await calibrate({
      ...options,
      attempts: 4,
      fades: 0,
      measure: (attempt, recording, response, how) =>
        measureAttempt(attempt, recording, response, { ...how, detector: 'energy', detectorOptions: { ...how.detectorOptions, hangoverMs: 200 } }),
    });
    expect(report.summary.falseYields).toBeGreaterThan(0);
    expect(report.passed).toBe(false);
  });

  it('stops that are not reported', async () => {
    const report = await calibrate({ ...options, attempts: 4, controls: 0, fades: 0, measure: (...given) => ({ ...measureAttempt(...given), stopLatencyMs: null }) });
    expect(report).toMatchObject({ passed: false, missed: 4, summary: { p95Ms: null, maxMs: null } });
  });
});
