import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { activeStretches } from '../../src/audio/activity.js';
import { throughMulaw } from '../../src/audio/g711.js';
import { activeSpeechLevelDbfs } from '../../src/audio/levels.js';
import { resample } from '../../src/audio/resample.js';
import { committedDraw, drawPath, drawToCsv } from '../../src/corpus/draw-file.js';
import { gatherMaterial } from '../../src/corpus/draw-material.js';
import { drawAttempts, drawSeed } from '../../src/corpus/draw.js';
import { loadCorpus } from '../../src/corpus/load.js';
import { interrupters } from '../../src/corpus/personas.js';
import { bandRange } from '../../src/corpus/placement.js';
import { profileNames } from '../../src/corpus/quotas.js';
import type { Pcm, Stretch } from '../../src/types.js';

const corpusDir = fileURLToPath(new URL('../../corpus', import.meta.url));

describe('the committed draw', async () => {
  const corpus = await loadCorpus(corpusDir);
  const full = committedDraw(corpus, 'full') ?? [];

  it('was drawn from the corpus as it is', () => {
    const stamp: unknown = JSON.parse(readFileSync(join(corpusDir, 'draws', 'drawn-from.json'), 'utf8'));
    expect(stamp, 'the corpus has changed: run node scripts/draw.js').toEqual({ corpusHash: corpus.hash, seed: drawSeed });
  });

  it('is what the committed corpus gives', async () => {
    const { profiles, notes } = drawAttempts(await gatherMaterial(corpus), drawSeed);
    expect(notes).toEqual([]);
    for (const name of profileNames) expect(readFileSync(drawPath(corpusDir, name), 'utf8')).toBe(drawToCsv(profiles[name]));
  });

  it('is nested, with the promised numbers', () => {
    const count = (name: (typeof profileNames)[number]) => {
      const rows = committedDraw(corpus, name) ?? [];
      expect(rows).toEqual(full.slice(0, rows.length));
      const clean = rows.filter(({ condition }) => condition === 'clean');
      const of = (...intents: string[]) => clean.filter(({ intent }) => intents.includes(intent)).length;
      return [rows.length, of('interruption'), of('backchannel', 'noise'), of('control')];
    };
    expect(count('quick')).toEqual([60, 40, 16, 4]);
    expect(count('standard')).toEqual([250, 160, 80, 10]);
    expect(count('full')).toEqual([840, 512, 256, 24]);
  });

  it('gives interruptions to clips that the manifest tags with the persona', () => {
    const personas = new Map(corpus.list().map((entry) => [entry.id, entry.personas]));
    for (const { userClip, persona, intent } of full) {
      if (intent === 'interruption') expect(personas.get(userClip as string)).toContain(persona);
    }
    expect(new Set(full.filter(({ intent }) => intent === 'interruption').map(({ persona }) => persona))).toEqual(new Set(interrupters));
  });

  it('uses every user clip, and nearly every agent clip, about equally often', () => {
    const used = (role: 'agent' | 'interruption' | 'backchannel') => {
      const counts = new Map(corpus.list(role).map(({ id }) => [id, 0]));
      for (const { agentClip, userClip } of full) {
        for (const id of [agentClip, userClip]) if (id !== null && counts.has(id)) counts.set(id, (counts.get(id) as number) + 1);
      }
      return [...counts.values()];
    };
    for (const role of ['interruption', 'backchannel'] as const) expect(Math.min(...used(role))).toBeGreaterThan(0);
    const agents = used('agent');
    expect(agents.filter((count) => count === 0).length).toBeLessThanOrEqual(agents.length / 10);
  });

  // On the audio itself, sample by sample of each row, as it is sent at 16 kHz and on the telephone.
  it.each(['16 kHz', 'telephone'])('places every onset inside speech with enough of it left (%s)', async (line) => {
    const responses = new Map<string, Spoken>();
    for (const { id } of corpus.list('agent')) {
      const { pcm } = await corpus.clip(id);
      const narrow = await resample(pcm, 8000);
      responses.set(id, spoken(line === 'telephone' ? { ...narrow, samples: throughMulaw(narrow.samples) } : pcm));
    }
    const wrong: string[] = [];
    for (const { attemptId, agentClip, offsetMs, offsetBand } of full) {
      const { stretches, perMs } = responses.get(agentClip) as Spoken;
      const [first, last] = [stretches[0].from, stretches[stretches.length - 1].to];
      const onset = first + offsetMs * perMs;
      const inside = stretches.some(({ from, to }) => from <= onset - 100 * perMs + 1e-6 && onset + 40 * perMs <= to + 1e-6);
      const leftMs = (last - onset) / perMs;
      // The two lines differ by some ms in how long the speech is, and with it where the late band begins.
      const { fromMs, toMs } = bandRange(offsetBand, (last - first) / perMs);
      const inBand = offsetMs >= fromMs - 60 && offsetMs <= toMs + 60;
      if (!inside || leftMs <= 1300 || !inBand) wrong.push(`${attemptId} ${agentClip} ${offsetBand} ${offsetMs}: inside ${inside}, ${leftMs.toFixed(0)} ms left`);
    }
    expect(full.length).toBe(840);
    expect(wrong).toEqual([]);
  });

  it('leaves 2.5 s of speech or more after nearly every onset', () => {
    const speechMs = new Map(corpus.list('agent').map(({ id, onsetMs, endMs }) => [id, endMs - onsetMs]));
    const plenty = full.filter(({ agentClip, offsetMs }) => (speechMs.get(agentClip) as number) - offsetMs >= 2500);
    expect(plenty.length / full.length).toBeGreaterThan(0.98);
  });
});

interface Spoken {
  readonly stretches: readonly Stretch[];
  readonly perMs: number;
}

function spoken(pcm: Pcm): Spoken {
  const releaseDbfs = activeSpeechLevelDbfs(pcm) - 30;
  return { stretches: activeStretches(pcm.samples, pcm.rateHz, { releaseDbfs, hysteresisDb: 3 }), perMs: pcm.rateHz / 1000 };
}
