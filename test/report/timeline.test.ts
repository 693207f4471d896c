import { describe, expect, it } from 'vitest';
import { encodeEnvelope, sketchTimeline } from '../../src/report/timeline.js';
import type { AttemptMedia, Recording } from '../../src/types.js';
import { makeResult } from './sample-run.js';

const bytes = (text: string) => [...Buffer.from(text, 'base64')];

describe('encodeEnvelope', () => {
  it('has lowest and highest of each column, on a scale of 72 dB', () => {
    const samples = Int16Array.from([0, 0, 0, -32768, 16384, 0, 328, -33]);
    // Full scale is 127 steps from the middle; -6.02 dB 116.4 of them, -39.99 dB 56.46, -59.94 dB 21.3.
    expect(bytes(encodeEnvelope(samples, 4))).toEqual([128, 128, 1, 128, 128, 244, 107, 184]);
  });
  it('is nothing for digital silence', () => expect(encodeEnvelope(new Int16Array(100), 10)).toBe(''));
  it('shows each sample in some column, also where columns and samples do not divide', () => {
    for (let at = 0; at < 97; at++) {
      const samples = new Int16Array(97);
      samples[at] = 20000;
      expect(encodeEnvelope(samples, 40)).not.toBe('');
    }
  });
  it('has more columns than samples where it must', () => expect(bytes(encodeEnvelope(Int16Array.of(32767), 3))).toEqual([128, 255, 128, 255, 128, 255]));
});

describe('sketchTimeline', () => {
  const rateHz = 1000;
  const format = { rateHz, frameMs: 20, codec: 'pcm16' } as const;
  const response = { rateHz, samples: new Int16Array(6000).fill(8000) };
  const user = { pcm: { rateHz, samples: new Int16Array(500).fill(4000) }, onsetSample: 0, endSample: 500 };
  const media: AttemptMedia = { format, response, prompt: null, user, bed: null, echo: null, jitter: null };
  const recording: Recording = {
    attemptId: 'f0000', format, clock: 'virtual', playout: { targetMs: 0, quantumMs: 10, phaseMs: 0 },
    packets: [{ arrivedMs: 0, length: 6000, from: 0, data: null }],
    flushes: [{ atMs: 2100, afterPackets: 1 }],
    events: [{ kind: 'response-start', atMs: 0 }, { kind: 'vad-start', atMs: 2050 }, { kind: 'cancel', atMs: 2100 }],
    uplink: { frames: 300, latenessMs: null, stallsMs: [] },
    askedMs: 0,
    injected: { agentOnsetMs: 0, userOnsetMs: 2000, userEndMs: 2500, slippedMs: 0 },
    smallestOffsetMs: null, endMs: 7000, error: null, trace: null, wallMs: null,
  };
  const options = { columns: 50, audibleDbfs: -50, withAudio: true, file: null };
  const sketch = (result = makeResult({}, { stopLatencyMs: 100 }), of = recording) => sketchTimeline(of, media, result, options);

  it('shows from a second before the onset to where the outcome is plain', () => {
    expect(sketch()).toMatchObject({ fromMs: 1000, toMs: 3500, userOnsetMs: 2000, userEndMs: 2500, flushesMs: [2100], deepestMs: 5000 });
    expect(sketch(makeResult({}, { outcome: 'resumed', stopLatencyMs: 100, resumedAfterMs: 1500 })).toMs).toBe(4300);
    expect(sketch().events.map(({ kind }) => kind)).toEqual(['vad-start', 'cancel']);
  });

  it('draws the caller from the onset to the end, and the agent up to the flush', () => {
    const { caller, agent } = sketch();
    // 50 ms a column: the onset is at column 20, the user's end at 30, the flush at 22.
    const sounding = (text: string) => bytes(text).flatMap((byte, i) => (byte !== 128 ? [Math.floor(i / 2)] : []));
    expect([Math.min(...sounding(caller)), Math.max(...sounding(caller))]).toEqual([20, 29]);
    expect([Math.min(...sounding(agent)), Math.max(...sounding(agent))]).toEqual([0, 21]);
  });

  it('puts in the part that is shown as a stereo WAV', () => {
    const wav = Buffer.from(sketch().audio ?? '', 'base64');
    expect([wav.toString('latin1', 0, 4), wav.readUInt16LE(20), wav.readUInt16LE(22), wav.readUInt32LE(24), wav.length]).toEqual(['RIFF', 7, 2, rateHz, 58 + 2 * 2500]);
  });

  it('shows the beginning where nothing was injected', () => {
    expect(sketch(makeResult({}, { outcome: 'errored' }), { ...recording, injected: null, endMs: 12_000 })).toMatchObject({ fromMs: 0, toMs: 8000, userOnsetMs: null, caller: '' });
  });
});
