import { encodeMulawWav } from '../../../src/audio/mulaw-wav.js';
import { encodeEnvelope } from '../../../src/report/timeline.js';
import type { Timeline, TimelineSet } from '../../../src/report/timeline.js';
import type { AttemptResult } from '../../../src/types.js';

const rateHz = 8000;

/** Four seconds of a tone that swells, from `from` to `to` seconds, and silence elsewhere. */
function tone(from: number, to: number): Int16Array {
  return Int16Array.from({ length: 4 * rateHz }, (_, i) => {
    const t = i / rateHz;
    return t < from || t >= to ? 0 : Math.round(6000 * Math.sin(2 * Math.PI * 180 * t) * Math.abs(Math.sin(3 * t + from)));
  });
}

/** A timeline of 4 s with the onset at 1 s, audio put in or beside it. */
export function makeTimeline(result: AttemptResult, columns: number, more: Partial<Timeline> = {}): Timeline {
  const stopS = 1 + (result.stopLatencyMs ?? 3000) / 1000;
  const [caller, agent] = [result.attempt.userClip === null ? new Int16Array(4 * rateHz) : tone(1, 1.9), tone(0, stopS)];
  return {
    fromMs: 2000,
    toMs: 6000,
    userOnsetMs: 3000,
    userEndMs: 3900,
    caller: encodeEnvelope(caller, columns),
    agent: encodeEnvelope(agent, columns),
    depth: Buffer.from(Uint8Array.from({ length: 120 }, (_, i) => (i * 7) % 256)).toString('base64'),
    deepestMs: 400,
    events: [{ kind: 'vad-start', atMs: 3040 }, { kind: 'cancel', atMs: 3060 }],
    flushesMs: [3060],
    audibleDbfs: -52,
    audio: null,
    file: `audio/${result.attempt.id}.wav`,
    ...more,
  };
}

export function makeTimelines(results: readonly AttemptResult[], columns = 360, withAudio: (result: AttemptResult) => boolean = () => false): TimelineSet {
  const audio = Buffer.from(encodeMulawWav([tone(1, 1.9), tone(0, 2)], rateHz)).toString('base64');
  return { byAttempt: new Map(results.map((result) => [result.attempt.id, makeTimeline(result, columns, withAudio(result) ? { audio } : {})])), missing: null };
}
