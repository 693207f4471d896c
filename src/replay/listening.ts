import type { PlayoutBuffer } from '../audio/playout.js';
import type { Clock, Ms } from '../types.js';

/** How often the end of an attempt is considered once its window has passed, ms. */
const pollMs = 50;
/** Silence after the last sample of the response that shows it is over, ms. */
const overMs = 500;

interface Listening {
  readonly clock: Clock;
  readonly playout: PlayoutBuffer;
  /** Magnitude from which a sample is audible. */
  readonly audible: number;
  readonly userOnsetMs: Ms;
  readonly windowEndMs: Ms;
  readonly resumeMs: Ms;
  /** A silence longer than this is no pause of the response. */
  readonly pauseMs: Ms;
  /** The response has been played to its last sample. */
  responseHeard(): boolean;
  done(): void;
}

/**
 * Ends an attempt when nothing that matters can come any more: at the end of the window where the agent has been audible all
 * along, else when the resume window after its first long silence has passed. Decides only how long to listen, never what it
 * means.
 */
export function listenUntil(listening: Listening): void {
  const { clock, windowEndMs, resumeMs } = listening;
  const lastMs = windowEndMs + 2 * resumeMs;
  const consider = () => {
    const now = clock.now();
    const { longFromMs, quietMs } = silences(listening, now);
    const settled = longFromMs === null ? quietMs === 0 : now >= longFromMs + resumeMs;
    const over = quietMs >= overMs && listening.responseHeard();
    if (settled || over || now >= lastMs) listening.done();
    // Once the first long silence is known, only its own end decides.
    else clock.at(longFromMs === null ? now + pollMs : longFromMs + resumeMs, consider);
  };
  clock.at(windowEndMs, consider);
}

/** Since the user's onset: where the first long silence began (null for none), and for how long it has been quiet now. */
function silences({ playout, audible, userOnsetMs, pauseMs }: Listening, nowMs: Ms): { longFromMs: Ms | null; quietMs: Ms } {
  playout.settle(nowMs);
  const first = playout.indexAt(userOnsetMs);
  const track = new Int16Array(playout.indexAt(nowMs) - first);
  playout.copyHeard(first, track);
  const long = (pauseMs * playout.rateHz) / 1000;
  // A silence shorter than this is the gap between two words.
  const word = (20 * playout.rateHz) / 1000;
  let quiet = 0;
  let longFrom: number | null = null;
  for (let i = 0; i < track.length; i++) {
    quiet = Math.abs(track[i]) >= audible ? 0 : quiet + 1;
    if (quiet > long) longFrom ??= i + 1 - quiet;
  }
  return {
    longFromMs: longFrom === null ? null : playout.timeOf(first + longFrom),
    quietMs: quiet <= word ? 0 : playout.timeOf(quiet),
  };
}
