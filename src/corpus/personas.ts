import type { OffsetBand, Persona } from '../types.js';

/** The eight callers who interrupt. Each gets the same share of every profile. */
export const interrupters = [
  'fast-talker',
  'two-words-in',
  'two-words-then-silence',
  'code-switcher',
  'mind-changer',
  'angry',
  'soft',
  'tv-line',
] as const satisfies readonly Persona[];

/** SNRs of noise beds, dB re the user's active speech, each drawn equally often. */
export const bedSnrsDb = [20, 12, 5] as const;

export interface PersonaTraits {
  /** On the user's clip, dB re the corpus level of -26 dBFS active. */
  readonly gainDb: number;
  /** A bed of television or babble under the whole call, also in clean attempts. */
  readonly television: boolean;
  /** Where the onset lies, always; null: every band in turn. */
  readonly band: OffsetBand | null;
  /**
   * true: the persona is in how, when or over what line the words are said, so that a clip which no one has tagged can carry
   * it as well. false: it is in the words themselves, and only clips tagged with it will do.
   */
  readonly anyWords: boolean;
}

const plain: PersonaTraits = { gainDb: 0, television: false, band: null, anyWords: false };

export const traitsOf: Record<Persona, PersonaTraits> = {
  'fast-talker': plain,
  'two-words-in': { ...plain, band: 'two-words', anyWords: true },
  'two-words-then-silence': plain,
  'code-switcher': plain,
  'mind-changer': plain,
  angry: { ...plain, gainDb: 6, anyWords: true },
  soft: { ...plain, gainDb: -18, anyWords: true },
  'tv-line': { ...plain, television: true, anyWords: true },
  listener: { ...plain, anyWords: true },
  room: { ...plain, anyWords: true },
  none: { ...plain, anyWords: true },
};
