import type { PlayoutBuffer } from '../audio/playout.js';
import { encodeWav } from '../audio/wav.js';
import { playRecording } from '../measure/playback.js';
import { Uplink } from '../replay/uplink.js';
import type { AttemptMedia, AttemptResult, Ms, Recording } from '../types.js';

/** What was said on either side of an attempt: samples `[from, from + length)` of its own time line. */
export interface Sides {
  readonly rateHz: number;
  readonly from: number;
  readonly caller: Int16Array;
  /** As the caller hears it. */
  readonly agent: Int16Array;
  readonly playout: PlayoutBuffer;
}

/**
 * What both sides heard of an attempt, as a stereo WAV: the caller's line left, the agent as heard right, on one time line.
 * @throws Error where the recording needs a response that `media` does not hold
 */
export function renderEvidence(recording: Recording, media: AttemptMedia): Uint8Array {
  const { caller, agent, rateHz } = renderSides(recording, media, 0, recording.endMs);
  return encodeWav([caller, agent], rateHz);
}

/** Both sides from `fromMs` to `toMs`. @throws as `renderEvidence` */
export function renderSides(recording: Recording, media: AttemptMedia, fromMs: Ms, toMs: Ms): Sides {
  const playout = playRecording(recording, media.response);
  const [from, to] = [playout.indexAt(fromMs), playout.indexAt(toMs)];
  const agent = new Int16Array(to - from);
  playout.copyHeard(from, agent);
  const uplink = new Uplink(media, playout);
  const { prompt, format } = media;
  if (prompt?.audio) uplink.ask(prompt.audio.samples, Math.round((recording.askedMs * format.rateHz) / 1000));
  if (recording.injected) uplink.schedule(playout.indexAt(recording.injected.userOnsetMs));
  const caller = new Int16Array(to - from);
  const { frameSamples } = uplink;
  for (let frame = Math.floor(from / frameSamples); frame * frameSamples < to; frame++) {
    const at = frame * frameSamples - from;
    const samples = uplink.frame(frame).subarray(Math.max(0, -at), caller.length - at);
    caller.set(samples, Math.max(0, at));
  }
  return { rateHz: recording.format.rateHz, from, caller, agent, playout };
}

/** Whether an attempt went wrong in a way worth listening to: a miss at the largest latency limit, or a yield that should not have been. */
export function isFailure({ attempt, outcome, stopLatencyMs }: AttemptResult, withinMs: readonly number[]): boolean {
  switch (outcome) {
    case 'yielded':
      return attempt.intent !== 'interruption' || (stopLatencyMs ?? Infinity) > Math.max(...withinMs);
    case 'resumed':
    case 'talked-through':
    case 'errored':
      return true;
    case 'held':
    case 'invalid':
      return false;
  }
}
