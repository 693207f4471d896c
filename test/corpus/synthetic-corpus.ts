import type { Corpus } from '../../src/corpus/load.js';
import { normalFrom, randomFrom } from '../../src/time/index.js';
import type { Clip, Persona } from '../../src/types.js';

const rateHz = 16000;

export interface SyntheticEntry {
  readonly id: string;
  readonly role: Clip['role'];
  readonly personas?: readonly Persona[];
  readonly kind?: Clip['kind'];
  /** Spoken stretches, ms from the file's start: noise at -26 dBFS, digital silence between. */
  readonly speechMs: readonly (readonly [number, number])[];
  readonly fileMs: number;
}

/** A corpus in memory, of clips whose audible stretches are known to the sample. */
export function syntheticCorpus(entries: readonly SyntheticEntry[], name = 'synthetic'): Corpus {
  const clips = new Map(entries.map((entry) => [entry.id, clipOf(entry)]));
  const list = entries.map((entry) => {
    const { id, role, kind, onsetMs, endMs, activeLevelDbfs } = clips.get(entry.id) as Clip;
    return { id, role, kind, onsetMs, endMs, activeLevelDbfs, durationMs: entry.fileMs, personas: entry.personas ?? [] };
  });
  const corpus = {
    dir: '/nowhere',
    name,
    hash: `hash-of-${name}`,
    list: (role?: Clip['role']) => list.filter((entry) => role === undefined || entry.role === role),
    clip: async (id: string) => clips.get(id),
  };
  return corpus as unknown as Corpus;
}

function clipOf({ id, role, kind = 'human', speechMs, fileMs }: SyntheticEntry): Clip {
  const random = randomFrom(id.length + id.charCodeAt(0));
  const samples = new Int16Array((fileMs * rateHz) / 1000);
  const amplitude = 32768 * 10 ** (-26 / 20);
  for (const [fromMs, toMs] of speechMs) {
    // Low-passed a little, so that it is as loud at 8 kHz.
    let last = 0;
    for (let i = (fromMs * rateHz) / 1000; i < (toMs * rateHz) / 1000; i++) {
      last = 0.9 * last + 0.436 * normalFrom(random);
      samples[i] = Math.round(amplitude * last);
    }
  }
  return {
    id,
    role,
    kind,
    onsetMs: speechMs[0][0],
    endMs: speechMs[speechMs.length - 1][1],
    activeLevelDbfs: -26,
    pcm: { rateHz, samples },
  };
}
