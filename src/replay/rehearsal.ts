import { decodeMulaw, encodeMulaw } from '../audio/g711.js';
import { PlayoutBuffer } from '../audio/playout.js';
import { LatenessCounts, normalFrom, randomFrom } from '../time/index.js';
import type { LatenessFigures } from '../time/index.js';
import type { AttemptMedia, Clock, Ms } from '../types.js';
import { Uplink } from './uplink.js';

/** How late the frames of sessions without an agent were. */
export interface Rehearsal {
  readonly sessions: number;
  /** null where there was no time for a frame. */
  readonly frames: LatenessFigures | null;
  /** Share of the frames beyond the tolerance; null where there was none. */
  readonly lateShare: number | null;
}

/** A frame that leaves this late spoils an attempt, ms. */
export const latenessToleranceMs: Ms = 5;

const rateHz = 8000;
const frameMs = 20;
const bedSeconds = 5;
const bedRms = 300;

/** A telephone call over a noise bed: the heaviest frame that a wire has. */
function noisyCall(): AttemptMedia {
  const random = randomFrom(1);
  const samples = Int16Array.from({ length: bedSeconds * rateHz }, () => Math.round(bedRms * normalFrom(random)));
  const format = { rateHz, frameMs, codec: 'mulaw' } as const;
  return { format, response: { rateHz, samples: new Int16Array(0) }, prompt: null, user: null, bed: { pcm: { rateHz, samples }, startSample: 0 }, echo: null, jitter: null };
}

/**
 * Does each frame's work of `sessions` calls for a while: mixes and encodes one to send, reads one as if it had come back, with absolute
 * deadlines spread over a frame.
 */
export async function rehearse(clock: Clock, sessions: number, forMs: Ms): Promise<Rehearsal> {
  const counts = new LatenessCounts();
  const media = noisyCall();
  let late = 0;
  const startMs = clock.now() + frameMs;
  const call = (nth: number) =>
    new Promise<void>((resolve) => {
      const playout = new PlayoutBuffer(rateHz, { targetMs: 40, quantumMs: 10, phaseMs: 0 });
      const uplink = new Uplink(media, playout);
      const next = (index: number) => {
        const dueMs = startMs + (frameMs * nth) / sessions + index * frameMs;
        if (index * frameMs >= forMs) return resolve();
        clock.at(dueMs, () => {
          const lateMs = clock.now() - dueMs;
          counts.add(lateMs);
          if (lateMs > latenessToleranceMs) late++;
          const sent = messageOfFrame(uplink.frame(index), index);
          playout.push(clock.now(), frameOfMessage(sent));
          next(index + 1);
        });
      };
      next(0);
    });
  await Promise.all(Array.from({ length: sessions }, (_, nth) => call(nth)));
  return { sessions, frames: counts.figures(), lateShare: counts.count > 0 ? late / counts.count : null };
}

function messageOfFrame(frame: Int16Array, index: number): string {
  return JSON.stringify({ event: 'media', sequenceNumber: String(index), media: { track: 'inbound', payload: Buffer.from(encodeMulaw(frame)).toString('base64') } });
}

function frameOfMessage(message: string): Int16Array {
  const { media } = JSON.parse(message) as { media: { payload: string } };
  return decodeMulaw(Buffer.from(media.payload, 'base64'));
}
