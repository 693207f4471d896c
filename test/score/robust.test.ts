import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resample } from '../../src/audio/resample.js';
import { encodeWav } from '../../src/audio/wav.js';
import type { ScoreReport } from '../../src/report/score-report.js';
import { folder, mixedIn, score, trueCall, writeCall } from './calls.js';
import type { TrueCall } from './calls.js';

const dir = folder();
afterAll(() => rmSync(dir, { recursive: true }));

let call: TrueCall;
let plain: ScoreReport;
beforeAll(async () => {
  call = await trueCall(24, 8);
  plain = await score([writeCall(dir, 'plain.wav', call)]);
});

/** Onsets and outcomes, to be held against those of the plain recording. */
const seen = ({ onsets }: ScoreReport) => onsets.map(({ userOnsetMs, result }) => [Math.round(userOnsetMs / 50), result.outcome]);
const stops = ({ onsets }: ScoreReport) => onsets.map(({ userOnsetMs, result }) => userOnsetMs + (result.stopLatencyMs ?? NaN));
function expectLike(report: ScoreReport, toleranceMs: number, expected = plain) {
  expect(report.onsets.map(({ result }) => result.outcome)).toEqual(expected.onsets.map(({ result }) => result.outcome));
  for (const [i, stop] of stops(report).entries()) if (!Number.isNaN(stop)) expect(Math.abs(stop - stops(expected)[i])).toBeLessThan(toleranceMs);
}

describe('recordings as they come', () => {
  it('finds every onset once', () => {
    const { rateHz, events } = call;
    expect(plain.onsets).toHaveLength(events.length);
    for (const [i, { onset }] of events.entries()) expect(Math.abs(plain.onsets[i].userOnsetMs - (onset * 1000) / rateHz)).toBeLessThan(100);
  });

  it('does not mind a constant offset', async () => {
    const shifted = { ...call, agent: call.agent.map((v) => Math.min(32767, v + 900)), caller: call.caller.map((v) => Math.max(-32768, v - 700)) };
    const report = await score([writeCall(dir, 'dc.wav', shifted)]);
    expect(seen(report)).toEqual(seen(plain));
    expectLike(report, 2);
  });

  it.each([8000, 44100])('reads %d Hz', async (rateHz) => {
    // The first minute and a half: resampling takes its time.
    const [caller, agent] = [call.caller, call.agent].map((samples) => samples.subarray(0, 90 * call.rateHz));
    const own = await score([writeCall(dir, 'start.wav', { ...call, caller, agent })]);
    const sides = await Promise.all([caller, agent].map((samples) => resample({ rateHz: call.rateHz, samples }, rateHz)));
    const path = join(dir, `${rateHz}.wav`);
    writeFileSync(path, encodeWav(sides.map(({ samples }) => samples), rateHz));
    expectLike(await score([path]), 5, own);
  });

  it('takes the agent out of the caller channel, and says so', async () => {
    const delay = Math.round(0.085 * call.rateHz);
    const report = await score([writeCall(dir, 'echo.wav', { ...call, caller: mixedIn(call.caller, call.agent, delay, 0.25) })]);
    expect(report.files[0].echo?.delayMs).toBeCloseTo(85, 0);
    expect(Math.abs((report.files[0].echo?.gainDb ?? 0) + 12)).toBeLessThan(1);
    expect(report.files[0].backEcho).toBeNull();
    expectLike(report, 5);
  });

  it('takes the caller out of the agent channel', async () => {
    const report = await score([writeCall(dir, 'leak.wav', { ...call, agent: mixedIn(call.agent, call.caller, 3, 0.1) })]);
    expect(Math.abs((report.files[0].backEcho?.gainDb ?? 0) + 20)).toBeLessThan(1);
    expectLike(report, 10);
  });

  it('survives clipping, and warns of it', async () => {
    const clip = (samples: Int16Array) => samples.map((v) => Math.max(-32768, Math.min(32767, 8 * v)));
    const report = await score([writeCall(dir, 'loud.wav', { ...call, agent: clip(call.agent) })]);
    expectLike(report, 10);
    expect(report.warnings.join()).toMatch(/agent's samples are clipped/);
  });

  it('warns of channels that look swapped', async () => {
    const report = await score([join(dir, 'plain.wav')], null, 'right');
    expect(report.warnings.join()).toMatch(/channels look swapped.*--caller-channel/);
  });

  it('finds nothing in silence, and says so', async () => {
    const silent = new Int16Array(call.agent.length);
    const report = await score([writeCall(dir, 'silent.wav', { ...call, agent: silent })]);
    expect(report.onsets).toEqual([]);
    expect(report.warnings.join()).toMatch(/nothing is heard on the agent's channel/);
    expect((await score([writeCall(dir, 'both.wav', { ...call, agent: silent, caller: silent })])).onsets).toEqual([]);
  });

  it('refuses mono, more channels, an odd rate, the same on both, and nothing', async () => {
    writeFileSync(join(dir, 'mono.wav'), encodeWav([call.agent], call.rateHz));
    await expect(score([join(dir, 'mono.wav')])).rejects.toThrow(/is mono/);
    writeFileSync(join(dir, 'three.wav'), encodeWav([call.agent, call.agent, call.agent], call.rateHz));
    await expect(score([join(dir, 'three.wav')])).rejects.toThrow(/has 3 channels/);
    for (const rateHz of [100, 1_000_000]) await expect(score([writeCall(dir, 'rate.wav', { ...call, rateHz })])).rejects.toThrow(/states a sample rate of/);
    await expect(score([writeCall(dir, 'same.wav', { ...call, caller: call.agent })])).rejects.toThrow(/the same on both channels/);
    writeFileSync(join(dir, 'empty.wav'), encodeWav([new Int16Array(0), new Int16Array(0)], call.rateHz));
    await expect(score([join(dir, 'empty.wav')])).rejects.toThrow(/holds no audio/);
    writeFileSync(join(dir, 'text.wav'), 'no audio at all');
    await expect(score([join(dir, 'text.wav')])).rejects.toThrow(/is not a WAV file/);
    writeFileSync(join(dir, 'call.mp3'), Uint8Array.of(0xff, 0xfb, 0x90, 0));
    await expect(score([join(dir, 'call.mp3')])).rejects.toThrow(/MP3/);
    await expect(score([join(dir, 'none.wav')])).rejects.toThrow(/does not exist/);
  });
});

describe('labels', () => {
  it('give the rates, from the onset that was found near them', async () => {
    const path = join(dir, 'plain.wav');
    const labels = call.events.map(({ kind, onset }) => ({ file: 'plain.wav', atMs: (onset * 1000) / call.rateHz + 180, intent: kind === 'yield' ? ('interruption' as const) : ('backchannel' as const) }));
    const report = await score([path], labels);
    const yields = call.events.filter(({ kind }) => kind === 'yield').length;
    expect(report.labels).toEqual({ given: labels.length, matched: labels.length, measuredAtLabel: 0, ofOtherFiles: 0 });
    expect(report.onsets.map(({ userOnsetMs }) => userOnsetMs)).toEqual(plain.onsets.map(({ userOnsetMs }) => userOnsetMs));
    expect(report.summary?.groups[0].nInterruptions).toBe(yields);
    expect(report.summary?.groups[0].falseYield.n).toBe(labels.length - yields);
    expect(plain.summary).toBeNull();
  });

  it('are measured at their own time where they are said to be exact', async () => {
    const first = call.events[0];
    const atMs = (first.onset * 1000) / call.rateHz + 40;
    const labels = [{ file: 'plain.wav', atMs, intent: 'interruption' as const }];
    const labelled = async (from: 'found' | 'label') => (await score([join(dir, 'plain.wav')], labels, 'left', from)).onsets.find(({ labelMs }) => labelMs !== null);
    const [found, given] = [await labelled('found'), await labelled('label')];
    expect(given?.userOnsetMs).toBeCloseTo(atMs, 1);
    expect(given?.userOnsetMs).not.toBe(found?.userOnsetMs);
    // The stop itself does not move: what is later in the one is earlier in the other.
    expect((given?.userOnsetMs ?? 0) + (given?.result.stopLatencyMs ?? 0)).toBeCloseTo((found?.userOnsetMs ?? 0) + (found?.result.stopLatencyMs ?? 0), 0);
  });

  it('are measured at their own time where nothing was found', async () => {
    const stop = call.events.find(({ kind }) => kind === 'yield');
    const atMs = ((stop?.stop ?? 0) * 1000) / call.rateHz - 90;
    const quiet = { ...call, caller: new Int16Array(call.caller.length) };
    const report = await score([writeCall(dir, 'quiet.wav', quiet)], [{ file: 'quiet.wav', atMs, intent: 'interruption' }]);
    const [found] = report.onsets;
    expect(found.onsetSource).toBe('label');
    expect(found.result.stopLatencyMs).toBeCloseTo(90, 0);
  });
});
