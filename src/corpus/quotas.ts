import { shuffled } from '../time/index.js';
import type { Random } from '../time/index.js';
import type { ConditionName, Intent, Persona, ProfileName } from '../types.js';
import { interrupters } from './personas.js';

/** Attempts of each sort. `perPersona` counts interruptions of each of the eight personas. */
export interface Quota {
  readonly perPersona: number;
  readonly backchannels: number;
  readonly noises: number;
  readonly controls: number;
}

const none: Quota = { perPersona: 0, backchannels: 0, noises: 0, controls: 0 };

export const profileNames = ['quick', 'standard', 'full'] as const satisfies readonly ProfileName[];

/** Under the condition `clean`: 60, 250 and 792 attempts. */
export const cleanQuotas: Record<ProfileName, Quota> = {
  quick: { perPersona: 5, backchannels: 10, noises: 6, controls: 4 },
  standard: { perPersona: 20, backchannels: 52, noises: 28, controls: 10 },
  full: { perPersona: 64, backchannels: 164, noises: 92, controls: 24 },
};

/** The full draw also has these under each other condition, 12 attempts a condition. */
export const conditionQuota: Quota = { perPersona: 1, backchannels: 2, noises: 2, controls: 0 };
export const otherConditions = ['telephone', 'bed', 'echo', 'jitter'] as const satisfies readonly ConditionName[];

/** One attempt to be drawn. `turn` counts within its stratum (condition, intent, persona), from 0. */
export interface Slot {
  /** The smallest profile it belongs to. */
  readonly profile: ProfileName;
  readonly condition: ConditionName;
  readonly intent: Intent;
  readonly persona: Persona;
  readonly turn: number;
}

/** Attempts of a profile. */
export function profileSize(profile: ProfileName): number {
  return sizeOf(cleanQuotas[profile]) + (profile === 'full' ? otherConditions.length * sizeOf(conditionQuota) : 0);
}

function sizeOf({ perPersona, backchannels, noises, controls }: Quota): number {
  return interrupters.length * perPersona + backchannels + noises + controls;
}

/**
 * The slots of the full draw in an order of which every profile is a prefix, and every prefix is balanced: what each profile
 * adds to the one before is dealt out evenly, each stratum at even distances, ties in random order.
 */
export function slotsInOrder(random: Random): Slot[] {
  const slots: Slot[] = [];
  let before = none;
  for (const profile of profileNames) {
    const quota = cleanQuotas[profile];
    const strata = strataOf(profile, 'clean', quota, before);
    if (profile === 'full') {
      // Turns go on from condition to condition, so that a persona meets other bands in each.
      strata.push(...otherConditions.flatMap((condition, i) => strataOf(profile, condition, times(conditionQuota, i + 1), times(conditionQuota, i))));
    }
    slots.push(...dealt(strata, random));
    before = quota;
  }
  return slots;
}

function times({ perPersona, backchannels, noises, controls }: Quota, factor: number): Quota {
  return { perPersona: factor * perPersona, backchannels: factor * backchannels, noises: factor * noises, controls: factor * controls };
}

/** Slots of each stratum between two quotas. */
function strataOf(profile: ProfileName, condition: ConditionName, quota: Quota, before: Quota): Slot[][] {
  const stratum = (intent: Intent, persona: Persona, from: number, to: number) =>
    Array.from({ length: to - from }, (_, i): Slot => ({ profile, condition, intent, persona, turn: from + i }));
  return [
    ...interrupters.map((persona) => stratum('interruption', persona, before.perPersona, quota.perPersona)),
    stratum('backchannel', 'listener', before.backchannels, quota.backchannels),
    stratum('noise', 'room', before.noises, quota.noises),
    stratum('control', 'none', before.controls, quota.controls),
  ];
}

function dealt(strata: readonly Slot[][], random: Random): Slot[] {
  const placed = shuffled(strata, random).flatMap((slots) =>
    slots.map((slot, i) => ({ slot, at: (i + 0.5) / slots.length, tie: random() })),
  );
  return placed.sort((a, b) => a.at - b.at || a.tie - b.tie).map(({ slot }) => slot);
}
