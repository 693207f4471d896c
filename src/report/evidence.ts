import { encodeWav } from '../audio/wav.js';
import { playRecording } from '../measure/playback.js';
import { Uplink } from '../replay/uplink.js';
import type { AttemptMedia, AttemptResult, Recording } from '../types.js';

/**
 * What both sides heard of an attempt, as a stereo WAV: the caller's line left, the agent as heard right, on one time line.
 * @throws Error where the recording needs a response that `media` does not hold
 */
export function renderEvidence(recording: Recording, media: AttemptMedia): Uint8Array {
  const playout = playRecording(recording, media.response);
  const heard = playout.heardTrack(recording.endMs).samples;
  const uplink = new Uplink(media, playout);
  const { prompt, format } = media;
  if (prompt?.audio) uplink.ask(prompt.audio.samples, Math.round((recording.askedMs * format.rateHz) / 1000));
  if (recording.injected) uplink.schedule(playout.indexAt(recording.injected.userOnsetMs));
  const caller = new Int16Array(heard.length);
  for (let frame = 0; frame * uplink.frameSamples < caller.length; frame++) {
    const at = frame * uplink.frameSamples;
    caller.set(uplink.frame(frame).subarray(0, caller.length - at), at);
  }
  return encodeWav([caller, heard], recording.format.rateHz);
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
