import type { Random } from '../time/index.js';
import type { Ms, OffsetBand } from '../types.js';

/** A stretch of time in ms from the agent's first audible sample. */
export interface SpanMs {
  readonly fromMs: Ms;
  readonly toMs: Ms;
}

/** Where the user may start in an agent clip. */
export interface AgentSpeech {
  readonly clip: string;
  /** In these, the agent has been audible for 100 ms and stays so for 40 ms, as sent at 16 kHz and on the telephone. */
  readonly onsets: readonly SpanMs[];
  /** From the first audible sample to the last. */
  readonly lengthMs: Ms;
}

export const audibleBeforeMs = 100;
export const audibleAfterMs = 40;

/** The agent must go on speaking for more than this after the onset: max(1 s, the largest default limit) + 300 ms. */
export const leastLeftMs = 1300;
/** And does for this long where the clip allows it, so that a late stop is still seen. */
export const goodLeftMs = 2500;
/** Beyond the user's clip, in the best case: the observation window of docs/measurement.md section 5. */
export const windowAfterUserMs = 3000;

/** Offsets are multiples of this, ms. */
const stepsPerMs = 10;
const frameMs = 20;

/**
 * Offsets of each band. The first two are absolute. `middle` and `late` are the two halves of what lies between 1 s and the
 * last place where an onset may be, so that they fit clips of any length.
 */
export function bandRange(band: OffsetBand, speechMs: Ms): SpanMs {
  const last = speechMs - leastLeftMs;
  const half = Math.max(1000, (1000 + last) / 2);
  switch (band) {
    case 'first-300ms':
      return { fromMs: 100, toMs: 300 };
    case 'two-words':
      return { fromMs: 500, toMs: 900 };
    case 'middle':
      return { fromMs: 1000, toMs: half };
    case 'late':
      return { fromMs: half, toMs: Math.max(half, last) };
  }
}

/** The parts of `onsets` in a band that leave at least `leftMs` of speech. */
export function allowedOnsets(speech: AgentSpeech, band: OffsetBand, leftMs: Ms): SpanMs[] {
  const { fromMs, toMs } = bandRange(band, speech.lengthMs);
  return intersect(speech.onsets, [{ fromMs, toMs: Math.min(toMs, speech.lengthMs - Math.max(leftMs, leastLeftMs + 1 / stepsPerMs)) }]);
}

/** What two ordered lists of spans have in common. */
export function intersect(a: readonly SpanMs[], b: readonly SpanMs[]): SpanMs[] {
  return a.flatMap((x) =>
    b
      .map((y) => ({ fromMs: Math.max(x.fromMs, y.fromMs), toMs: Math.min(x.toMs, y.toMs) }))
      .filter(({ fromMs, toMs }) => toMs >= fromMs),
  );
}

/**
 * An offset in one of `spans`, at the phase of the 20 ms frame grid nearest to `phase` (in [0, 1)) that exists there, at
 * random among those. null where the spans hold no multiple of 0.1 ms.
 */
export function pickOffset(spans: readonly SpanMs[], phase: number, random: Random): Ms | null {
  const phases = frameMs * stepsPerMs;
  const wanted = Math.floor(phase * phases);
  for (let distance = 0; distance <= phases / 2; distance++) {
    for (const direction of distance === 0 ? [0] : [1, -1]) {
      const steps = stepsAt(spans, (wanted + direction * distance + phases) % phases, phases);
      if (steps.length > 0) return steps[Math.floor(random() * steps.length)] / stepsPerMs;
    }
  }
  return null;
}

function stepsAt(spans: readonly SpanMs[], phase: number, phases: number): number[] {
  return spans.flatMap(({ fromMs, toMs }) => {
    const first = Math.ceil((fromMs * stepsPerMs - phase) / phases) * phases + phase;
    const steps: number[] = [];
    for (let step = first; step <= toMs * stepsPerMs; step += phases) steps.push(step);
    return steps;
  });
}
