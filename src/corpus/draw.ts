import { BargeinError } from '../errors.js';
import { randomFrom, seedOf } from '../time/index.js';
import type { ConditionName, Intent, Ms, OffsetBand, Persona, ProfileName } from '../types.js';
import type { DrawMaterial } from './draw-material.js';
import { profileNames, slotsInOrder } from './quotas.js';
import { SlotFiller } from './slot-filler.js';

/** Seed of the committed draw. */
export const drawSeed = 1;

/** One row of a draw: all that decides an attempt. Times and levels as in `Attempt`. */
export interface DrawnAttempt {
  readonly attemptId: string;
  readonly agentClip: string;
  readonly userClip: string | null;
  readonly intent: Intent;
  readonly persona: Persona;
  readonly condition: ConditionName;
  readonly offsetBand: OffsetBand;
  readonly offsetMs: Ms;
  readonly gainDb: number;
  readonly bedClip: string | null;
  readonly bedSnrDb: number | null;
  readonly seed: number;
}

export interface Draw {
  /** Rows of each profile, each a prefix of the next. */
  readonly profiles: Readonly<Record<ProfileName, readonly DrawnAttempt[]>>;
  /** Quotas that the corpus could not fill, one line each. */
  readonly notes: readonly string[];
}

/**
 * Draws every slot of the quotas: clips, an offset and a seed for each. Pure and seeded: equal material and seed give equal
 * rows, and every prefix is balanced. What the corpus cannot fill is left out and said in `notes`.
 *
 * @throws BargeinError where there is no agent speech to interrupt, or nothing to interrupt it with
 */
export function drawAttempts(material: DrawMaterial, seed: number): Draw {
  const random = randomFrom(seedOf(seed, 'draw'));
  const slots = slotsInOrder(random);
  const filler = new SlotFiller(material, random);
  const rows: DrawnAttempt[] = [];
  const sizes = new Map<ProfileName, number>();
  const counts = new Map<string, number>();
  for (const slot of slots) {
    const { row, note } = filler.fill(slot);
    if (note !== null) counts.set(note, (counts.get(note) ?? 0) + 1);
    if (row !== null) {
      const attemptId = `f${String(rows.length).padStart(4, '0')}`;
      rows.push({ attemptId, ...row, seed: seedOf(seed, attemptId) });
    }
    sizes.set(slot.profile, rows.length);
  }
  if (!rows.some(({ intent }) => intent === 'interruption')) {
    throw new BargeinError(
      `the corpus has ${material.agents.length} agent clips and ${material.users.length} user clips, and no interruption can be drawn from them`,
      'give it agent clips of 5 s or longer and clips with the role interruption (`bargein corpus add FILE --intent interruption`)',
    );
  }
  return {
    profiles: Object.fromEntries(profileNames.map((name) => [name, rows.slice(0, sizes.get(name))])) as Record<ProfileName, DrawnAttempt[]>,
    notes: [...counts].map(([note, count]) => `${note} (${count} of ${slots.length} attempts)`),
  };
}
