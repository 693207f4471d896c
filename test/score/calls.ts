import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWav } from '../../src/audio/wav.js';
import { defaultCorpusDir, loadCorpus } from '../../src/corpus/load.js';
import { defaultDetectorOptions } from '../../src/detect/index.js';
import type { ScoreReport } from '../../src/report/score-report.js';
import type { Label } from '../../src/score/labels.js';
import { scoreCalls } from '../../src/score/score.js';
import { normalFrom, randomFrom, seedOf } from '../../src/time/index.js';
import type { Clip } from '../../src/types.js';
import { makeCall } from '../../scripts/score/recordings.js';

export interface TrueEvent {
  readonly kind: 'yield' | 'hold' | 'pause';
  readonly onset: number;
  readonly userEnd: number;
  readonly stop: number | null;
}

/** A call whose truth is known to the sample (scripts/score/recordings.js). */
export interface TrueCall {
  readonly rateHz: number;
  readonly agent: Int16Array;
  readonly caller: Int16Array;
  readonly gains: { readonly agent: number; readonly caller: number };
  readonly events: readonly TrueEvent[];
}

let clips: Promise<Record<'agents' | 'interruptions' | 'holds', Clip[]>> | null = null;

async function loadClips() {
  const corpus = await loadCorpus(defaultCorpusDir);
  const of = (role: Clip['role']) => Promise.all(corpus.list(role).map(({ id }) => corpus.clip(id)));
  return { agents: await of('agent'), interruptions: await of('interruption'), holds: await of('backchannel') };
}

export async function trueCall(seed: number, turns: number): Promise<TrueCall> {
  clips ??= loadClips();
  return makeCall({ clips: await clips, random: randomFrom(seedOf('test', seed)), turns }) as TrueCall;
}

export function whiteNoise(seed: number, length = 160_000): Int16Array {
  const random = randomFrom(seed);
  return Int16Array.from({ length }, () => Math.round(normalFrom(random) * 1000));
}

export const folder = () => mkdtempSync(join(tmpdir(), 'bargein-score-'));

/** Writes a call with the caller on the left. */
export function writeCall(dir: string, name: string, { caller, agent, rateHz }: Pick<TrueCall, 'caller' | 'agent' | 'rateHz'>): string {
  const path = join(dir, name);
  writeFileSync(path, encodeWav([caller, agent], rateHz));
  return path;
}

export function score(files: readonly string[], labels: readonly Label[] | null = null, callerChannel: 'left' | 'right' = 'left', onsetFrom: 'found' | 'label' = 'found'): Promise<ScoreReport> {
  const config = { files, callerChannel, labels, withinMs: [60, 100, 250], detectorOptions: defaultDetectorOptions, onsetFrom };
  return scoreCalls(config, { signal: new AbortController().signal, progress: () => {} });
}

/** `part` of one side, shifted by `delay` samples, added to the other. */
export function mixedIn(target: Int16Array, voice: Int16Array, delay: number, part: number): Int16Array {
  return target.map((value, i) => Math.max(-32768, Math.min(32767, Math.round(value + part * (voice[i - delay] ?? 0)))));
}
