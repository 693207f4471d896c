import type { Random } from '../time/index.js';
import type { Intent, Ms, OffsetBand, Persona } from '../types.js';
import type { DrawnAttempt } from './draw.js';
import type { BedMaterial, DrawMaterial, UserMaterial } from './draw-material.js';
import { bedSnrsDb, interrupters, traitsOf } from './personas.js';
import type { AgentSpeech, SpanMs } from './placement.js';
import { allowedOnsets, goodLeftMs, leastLeftMs, pickOffset, windowAfterUserMs } from './placement.js';
import type { Slot } from './quotas.js';
import { Usage } from './usage.js';

type FilledSlot = Omit<DrawnAttempt, 'attemptId' | 'seed'>;

/**
 * In a round of the seven personas that are not tied to a band, each band comes twice and `two-words` once, which
 * `two-words-in` makes two: over any whole round the four bands are equally frequent.
 */
const interruptionBands: readonly OffsetBand[] = ['first-300ms', 'middle', 'late', 'two-words', 'first-300ms', 'middle', 'late'];
const holdBands: readonly OffsetBand[] = ['first-300ms', 'middle', 'two-words', 'late'];

/** Multiples of the golden ratio, modulo 1, fill an interval evenly however many are taken: used for the phases of the frame grid. */
const goldenRatio = 0.6180339887498949;

/** From this many clips that leave plenty of speech, one is taken from among them only; with fewer, variety comes first. */
const enoughAgents = 6;

/** Fills slots in order, taking the clips used least so far. */
export class SlotFiller {
  #agents = new Usage();
  #users = new Usage();
  #beds = new Usage();
  #taken = new Set<string>();
  #phase: number;

  constructor(
    readonly material: DrawMaterial,
    readonly random: Random,
  ) {
    this.#phase = random();
  }

  /**
   * The attempt of a slot; null where the corpus lacks something for it, with what. Where nothing can carry a persona of an
   * interruption, clips that nobody has tagged are drawn as they are, with the persona `none`.
   */
  fill(slot: Slot): { readonly row: FilledSlot | null; readonly note: string | null } {
    const carriers = carriersOf(slot.intent, slot.persona, this.material.users);
    if (slot.intent === 'control' || carriers.length > 0) return this.#fill(slot, slot.persona, carriers);
    const plain = slot.intent === 'interruption' ? carriersOf(slot.intent, 'none', this.material.users) : [];
    const lack = `no ${slot.intent} clip carries the persona '${slot.persona}'`;
    if (plain.length === 0) return { row: null, note: `${lack}: left out` };
    const filled = this.#fill(slot, 'none', plain);
    return { row: filled.row, note: filled.note ?? `${lack}: drawn as interruptions without one` };
  }

  #fill(slot: Slot, persona: Persona, carriers: readonly UserMaterial[]): { row: FilledSlot | null; note: string | null } {
    const { intent, condition, turn } = slot;
    const traits = traitsOf[persona];
    const band = bandOf(slot);
    const wantsBed = traits.television || condition === 'bed';
    const beds = this.material.beds.filter(({ television }) => television || !traits.television);
    if (wantsBed && beds.length === 0) {
      return { row: null, note: `${traits.television ? "no noise clip is tagged 'tv-line'" : 'no noise clip can be a bed'}: left out` };
    }
    const user = intent === 'control' ? null : this.#users.least(carriers, clipOf, persona, this.random);
    const place = this.#place(band, user);
    if (!place) return { row: null, note: `no agent clip has room for an onset in the band '${band}': left out` };
    const bed = wantsBed ? this.#beds.least(beds, clipOf, condition, this.random) : null;
    this.#agents.count(place.agent.clip, band);
    if (user) this.#users.count(user.clip, persona);
    if (bed) this.#beds.count(bed.clip, condition);
    const row = {
      agentClip: place.agent.clip,
      userClip: user?.clip ?? null,
      intent,
      persona,
      condition,
      offsetBand: band,
      offsetMs: place.offsetMs,
      gainDb: traits.gainDb,
      bedClip: bed?.clip ?? null,
      bedSnrDb: bed ? bedSnrsDb[(turn + personaIndex(persona)) % bedSnrsDb.length] : null,
    };
    return { row, note: null };
  }

  /** An agent clip and an offset in it, with as much speech left as the corpus allows; no pairing with the same offset twice. */
  #place(band: OffsetBand, user: UserMaterial | null): { agent: AgentSpeech; offsetMs: Ms } | null {
    const wishes = [(user?.lengthMs ?? 0) + windowAfterUserMs, goodLeftMs, leastLeftMs];
    const choices = wishes.map((leftMs) =>
      this.material.agents
        .map((agent) => ({ agent, clip: agent.clip, spans: allowedOnsets(agent, band, leftMs) }))
        .filter(({ spans }) => spans.length > 0),
    );
    const choice = choices.find(({ length }) => length >= enoughAgents) ?? choices.findLast(({ length }) => length > 0);
    if (!choice) return null;
    // A clip that can give more speech gives it, also where it was chosen from a larger circle.
    const { agent } = this.#agents.least(choice, clipOf, band, this.random, (clip) => this.#taken.has(`${clip}|${user?.clip}`));
    const spans = choices.map((circle) => circle.find(({ clip }) => clip === agent.clip)?.spans).find((found) => found !== undefined) as SpanMs[];
    const offsetMs = this.#offset(agent.clip, user, spans);
    this.#taken.add(`${agent.clip}|${user?.clip}`);
    return { agent, offsetMs };
  }

  #offset(agentClip: string, user: UserMaterial | null, spans: readonly SpanMs[]): Ms {
    let offsetMs = 0;
    for (let tries = 0; tries < 50; tries++) {
      this.#phase = (this.#phase + goldenRatio) % 1;
      offsetMs = pickOffset(spans, this.#phase, this.random) as Ms;
      const name = `${agentClip}|${user?.clip}|${offsetMs}`;
      if (!this.#taken.has(name)) {
        this.#taken.add(name);
        break;
      }
    }
    return offsetMs;
  }
}

const clipOf = ({ clip }: { readonly clip: string }): string => clip;

/** A bed for an attempt whose draw has none, as the condition `bed` asks: the clips and SNRs in turn. */
export function bedInTurn(beds: readonly BedMaterial[], turn: number): { readonly clip: string; readonly snrDb: number } | null {
  return beds.length === 0 ? null : { clip: beds[Math.floor(turn / bedSnrsDb.length) % beds.length].clip, snrDb: bedSnrsDb[turn % bedSnrsDb.length] };
}

function personaIndex(persona: Persona): number {
  return Math.max(0, (interrupters as readonly Persona[]).indexOf(persona));
}

function bandOf({ intent, persona, turn }: Slot): OffsetBand {
  const tied = traitsOf[persona].band;
  if (tied) return tied;
  if (intent !== 'interruption') return holdBands[turn % holdBands.length];
  const untied = interrupters.filter((name) => traitsOf[name].band === null) as readonly string[];
  return interruptionBands[(turn + untied.indexOf(persona)) % interruptionBands.length];
}

/** User clips of an intent that can carry a persona. */
function carriersOf(intent: Intent, persona: Persona, users: readonly UserMaterial[]): UserMaterial[] {
  return users.filter(
    ({ role, personas }) => role === intent && (personas.includes(persona) || (personas.length === 0 && traitsOf[persona].anyWords)),
  );
}
