import { activeStretches } from '../audio/activity.js';
import { throughMulaw } from '../audio/g711.js';
import { activeSpeechLevelDbfs } from '../audio/levels.js';
import { resample } from '../audio/resample.js';
import type { Clip, Ms, Pcm, Persona } from '../types.js';
import type { Corpus } from './load.js';
import type { AgentSpeech, SpanMs } from './placement.js';
import { audibleAfterMs, audibleBeforeMs, intersect } from './placement.js';

/** What a draw knows of a user clip. */
export interface UserMaterial {
  readonly clip: string;
  readonly role: 'interruption' | 'backchannel' | 'noise';
  readonly personas: readonly Persona[];
  /** From onset to end of the speech. */
  readonly lengthMs: Ms;
}

export interface BedMaterial {
  readonly clip: string;
  /** Television or babble: fit for the persona `tv-line`. */
  readonly television: boolean;
}

/** All that a draw depends on, besides its seed. */
export interface DrawMaterial {
  readonly agents: readonly AgentSpeech[];
  readonly users: readonly UserMaterial[];
  readonly beds: readonly BedMaterial[];
}

/** Audible down to this far below the clip's active speech level, as the detectors have it by default. */
const releaseBelowActiveDb = -30;
const hysteresisDb = 3;

/**
 * Measures a corpus for a draw: where each agent clip is audible, at both rates, and how long each user clip speaks. A noise
 * clip tagged `tv-line` is a bed only; other noise is both a bed and something that happens in the room.
 *
 * @throws BargeinError for a clip that cannot be read
 */
export async function gatherMaterial(corpus: Corpus): Promise<DrawMaterial> {
  const agents: AgentSpeech[] = [];
  for (const { id } of corpus.list('agent')) agents.push(await speechOf(await corpus.clip(id)));
  const users = corpus.list().flatMap(({ id, role, personas, onsetMs, endMs }): UserMaterial[] =>
    role === 'agent' || (role === 'noise' && personas.includes('tv-line')) ? [] : [{ clip: id, role, personas, lengthMs: endMs - onsetMs }],
  );
  return { agents, users, beds: bedsOf(corpus) };
}

/** Noise that is shorter is an event in the room (a cough, a dog), not something to lay under a call, ms. */
const leastBedMs = 5000;

/** Noise clips that can be beds: voices tagged `tv-line`, and what lasts 5 s or longer; every noise clip where there is none. */
export function bedsOf(corpus: Pick<Corpus, 'list'>): BedMaterial[] {
  const noises = corpus.list('noise').map(({ id, personas, onsetMs, endMs }) => {
    const television = personas.includes('tv-line');
    return { clip: id, television, lasting: television || endMs - onsetMs >= leastBedMs };
  });
  const lasting = noises.filter((noise) => noise.lasting);
  return (lasting.length > 0 ? lasting : noises).map(({ clip, television }) => ({ clip, television }));
}

/** Where a user may start in an agent clip; the same offset holds on every line, counted from the first audible sample there. */
export async function speechOf({ id, pcm }: Clip): Promise<AgentSpeech> {
  let onsets: SpanMs[] = [{ fromMs: 0, toMs: Infinity }];
  let lengthMs = Infinity;
  for (const line of await asSent(pcm)) {
    const heard = audibleSpans(line);
    onsets = intersect(onsets, heard.map(({ fromMs, toMs }) => ({ fromMs: fromMs + audibleBeforeMs, toMs: toMs - audibleAfterMs })));
    lengthMs = Math.min(lengthMs, heard.at(-1)?.toMs ?? 0);
  }
  return { clip: id, onsets, lengthMs };
}

/** A clip on each kind of line: at 16 kHz, and at 8 kHz through mu-law, where what lies above 4 kHz (an s, an f) is gone. */
async function asSent(pcm: Pcm): Promise<Pcm[]> {
  const narrow = await resample(pcm, 8000);
  return [await resample(pcm, 16000), { ...narrow, samples: throughMulaw(narrow.samples) }];
}

/** Audible stretches in ms from the first audible sample. */
function audibleSpans(pcm: Pcm): SpanMs[] {
  const { samples, rateHz } = pcm;
  const stretches = activeStretches(samples, rateHz, { releaseDbfs: activeSpeechLevelDbfs(pcm) + releaseBelowActiveDb, hysteresisDb });
  const origin = stretches[0]?.from ?? 0;
  const toMs = (sample: number) => ((sample - origin) * 1000) / rateHz;
  return stretches.map(({ from, to }) => ({ fromMs: toMs(from), toMs: toMs(to) }));
}
