import type { Ms } from '../types.js';
import type { Flip } from './comparison.js';
import { isValidPair } from './pairing.js';
import type { ResultPair } from './pairing.js';
import { wentQuiet, yieldLatencyMs } from './selections.js';

interface Ranked {
  readonly flip: Flip;
  /** Share of the limits at which the verdict changed. */
  readonly share: number;
  /** How much later (or earlier) the stop came; Infinity to or from a miss. */
  readonly shiftMs: Ms;
}

/**
 * Valid pairs that came out differently: an interruption in time in one run only, at one limit or more; any other attempt in
 * which the agent went quiet in one run only. The worse ones come first, and among them those that changed at most limits, then
 * those that moved furthest.
 */
export function findFlips(pairs: readonly ResultPair[], withinMs: readonly Ms[]): Flip[] {
  const ranked = pairs.filter(isValidPair).flatMap((pair) => rank(pair, withinMs) ?? []);
  return ranked.sort(worstFirst).map(({ flip }) => flip);
}

function rank({ base, head }: ResultPair, withinMs: readonly Ms[]): Ranked | null {
  const { attempt } = base;
  if (attempt.intent !== 'interruption') {
    if (wentQuiet(base) === wentQuiet(head)) return null;
    return { flip: flipOf({ base, head }, wentQuiet(head) ? 'worse' : 'better', []), share: 1, shiftMs: Infinity };
  }
  const [before, after] = [yieldLatencyMs(base), yieldLatencyMs(head)];
  const limits = withinMs.filter((limitMs) => before <= limitMs !== after <= limitMs);
  if (limits.length === 0) return null;
  return { flip: flipOf({ base, head }, after > before ? 'worse' : 'better', limits), share: limits.length / withinMs.length, shiftMs: Math.abs(after - before) };
}

function flipOf({ base, head }: ResultPair, direction: Flip['direction'], limitsMs: readonly Ms[]): Flip {
  const { id, intent, persona, condition, agentClip, userClip } = base.attempt;
  return {
    attemptId: id,
    intent,
    persona,
    condition,
    agentClip,
    userClip,
    direction,
    baseOutcome: base.outcome,
    headOutcome: head.outcome,
    baseMs: base.stopLatencyMs,
    headMs: head.stopLatencyMs,
    limitsMs,
  };
}

function worstFirst(a: Ranked, b: Ranked): number {
  if (a.flip.direction !== b.flip.direction) return a.flip.direction === 'worse' ? -1 : 1;
  if (a.share !== b.share) return b.share - a.share;
  return a.shiftMs === b.shiftMs ? 0 : b.shiftMs - a.shiftMs;
}
