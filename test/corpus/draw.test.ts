import { describe, expect, it } from 'vitest';
import { gatherMaterial } from '../../src/corpus/draw-material.js';
import type { DrawnAttempt } from '../../src/corpus/draw.js';
import { drawAttempts } from '../../src/corpus/draw.js';
import { hashDraw } from '../../src/corpus/draw-file.js';
import { interrupters } from '../../src/corpus/personas.js';
import { profileNames, profileSize } from '../../src/corpus/quotas.js';
import { BargeinError } from '../../src/errors.js';
import type { SyntheticEntry } from './synthetic-corpus.js';
import { syntheticCorpus } from './synthetic-corpus.js';

const talk = (id: string, seconds: number): SyntheticEntry => ({ id, role: 'agent', speechMs: [[100, seconds * 1000]], fileMs: seconds * 1000 + 200 });
const say = (id: string, role: SyntheticEntry['role'], ...personas: SyntheticEntry['personas'] & object): SyntheticEntry => ({
  id,
  role,
  personas,
  speechMs: [[60, 660]],
  fileMs: 800,
});

const whole = [
  ...[8, 9, 10, 11, 12, 13, 14, 15].map((seconds) => talk(`agent-${seconds}`, seconds)),
  ...interrupters.flatMap((persona) => [1, 2, 3].map((n) => say(`${persona}-${n}`, 'interruption', persona))),
  ...[1, 2, 3, 4].map((n) => say(`mm-hm-${n}`, 'backchannel', 'listener')),
  ...[1, 2, 3].map((n) => say(`cough-${n}`, 'noise', 'room')),
  say('television', 'noise', 'tv-line'),
];

function countBy(rows: readonly DrawnAttempt[], key: (row: DrawnAttempt) => string | null): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[key(row) ?? ''] = (counts[key(row) ?? ''] ?? 0) + 1;
  return counts;
}

describe('a draw', async () => {
  const material = await gatherMaterial(syntheticCorpus(whole));
  const { profiles, notes } = drawAttempts(material, 1);

  it('fills every quota of every profile, each the beginning of the next', () => {
    expect(notes).toEqual([]);
    expect(profileNames.map((name) => profiles[name].length)).toEqual([60, 250, 840]);
    for (const name of profileNames) {
      expect(profiles[name].length).toBe(profileSize(name));
      expect(profiles.full.slice(0, profiles[name].length)).toEqual(profiles[name]);
    }
  });

  it('is a function of its seed', () => {
    expect(hashDraw(drawAttempts(material, 1).profiles.full)).toBe(hashDraw(profiles.full));
    expect(hashDraw(drawAttempts(material, 2).profiles.full)).not.toBe(hashDraw(profiles.full));
  });

  it('gives the eight personas equal shares of every profile and condition', () => {
    for (const name of profileNames) {
      const interruptions = profiles[name].filter(({ intent }) => intent === 'interruption');
      const counts = countBy(interruptions, ({ persona }) => persona);
      expect(Object.keys(counts).sort()).toEqual([...interrupters].sort());
      expect(new Set(Object.values(counts)).size).toBe(1);
    }
    for (const condition of ['telephone', 'bed', 'echo', 'jitter']) {
      const rows = profiles.full.filter((row) => row.condition === condition);
      expect(countBy(rows, ({ intent }) => intent)).toEqual({ interruption: 8, backchannel: 2, noise: 2 });
      expect(Object.keys(countBy(rows.filter(({ intent }) => intent === 'interruption'), ({ persona }) => persona)).length).toBe(8);
    }
  });

  it('gives the four bands equal shares of the interruptions', () => {
    for (const name of profileNames) {
      const clean = profiles[name].filter(({ intent, condition }) => intent === 'interruption' && condition === 'clean');
      expect(new Set(Object.values(countBy(clean, ({ offsetBand }) => offsetBand)))).toEqual(new Set([clean.length / 4]));
    }
    expect(profiles.full.filter(({ persona }) => persona === 'two-words-in').every(({ offsetBand }) => offsetBand === 'two-words')).toBe(true);
  });

  it('uses clips of a persona equally often', () => {
    const clean = profiles.full.filter(({ condition }) => condition === 'clean');
    for (const persona of [...interrupters, 'listener', 'room'] as const) {
      const counts = Object.values(countBy(clean.filter((row) => row.persona === persona), ({ userClip }) => userClip));
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(3);
    }
    const agents = Object.values(countBy(profiles.full, ({ agentClip }) => agentClip));
    expect(agents.length).toBe(8);
    expect(Math.max(...agents) / Math.min(...agents)).toBeLessThan(1.5);
  });

  it('gives the angry +6 dB, the soft -18 dB, and the line with a TV on a bed at each SNR', () => {
    const of = (persona: string) => profiles.full.filter((row) => row.persona === persona);
    expect(new Set(of('angry').map(({ gainDb }) => gainDb))).toEqual(new Set([6]));
    expect(new Set(of('soft').map(({ gainDb }) => gainDb))).toEqual(new Set([-18]));
    expect(of('tv-line').every(({ bedClip }) => bedClip === 'television')).toBe(true);
    const snrs = Object.values(countBy(of('tv-line'), ({ bedSnrDb }) => String(bedSnrDb)));
    expect(snrs.length).toBe(3);
    expect(Math.max(...snrs) - Math.min(...snrs)).toBeLessThanOrEqual(2);
    const bed = countBy(profiles.full.filter(({ condition }) => condition === 'bed'), ({ bedSnrDb }) => String(bedSnrDb));
    expect(Object.keys(bed)).toEqual(['5', '12', '20']);
    expect(Math.min(...Object.values(bed))).toBeGreaterThanOrEqual(3);
    const others = profiles.full.filter(({ persona, condition }) => persona !== 'tv-line' && condition !== 'bed');
    expect(others.every(({ bedClip, bedSnrDb }) => bedClip === null && bedSnrDb === null)).toBe(true);
  });

  it('spreads the offsets over all phases of the 20 ms frame grid', () => {
    for (const [name, bins, most] of [['quick', 5, 2.5], ['standard', 10, 1.6], ['full', 20, 1.6]] as const) {
      const counts = new Array<number>(bins).fill(0);
      for (const { offsetMs } of profiles[name]) counts[Math.floor(((offsetMs % 20) / 20) * bins)]++;
      expect(Math.min(...counts)).toBeGreaterThan(0);
      expect(Math.max(...counts)).toBeLessThan((most * profiles[name].length) / bins);
    }
  });

  it('is balanced in every prefix: a limit keeps all sorts', () => {
    for (const length of [24, 60, 120, 400]) {
      const rows = profiles.full.slice(0, length);
      const share = rows.filter(({ intent }) => intent === 'interruption').length / length;
      expect(Math.abs(share - 2 / 3)).toBeLessThan(0.08);
      const counts = interrupters.map((persona) => rows.filter((row) => row.persona === persona).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(3);
    }
  });

  it('never repeats an attempt', () => {
    const names = profiles.full.map((row) => JSON.stringify({ ...row, attemptId: '', seed: 0 }));
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(profiles.full.map(({ seed }) => seed)).size).toBe(profiles.full.length);
  });
});

describe('a draw from a small corpus', () => {
  it('lets untagged recordings carry what is not in the words, and says what is left out', async () => {
    const small = syntheticCorpus([talk('hello', 9), say('wait', 'interruption'), say('stop', 'interruption')]);
    const { profiles, notes } = drawAttempts(await gatherMaterial(small), 1);
    expect(new Set(profiles.quick.map(({ persona }) => persona))).toEqual(new Set(['two-words-in', 'angry', 'soft', 'none']));
    expect(profiles.quick.length).toBeLessThan(profiles.standard.length);
    expect(profiles.standard.length).toBeLessThan(profiles.full.length);
    expect(notes).toContainEqual(expect.stringMatching(/no interruption clip carries the persona 'code-switcher': drawn as interruptions without one \(67 of 840/));
    expect(notes).toContainEqual(expect.stringMatching(/no backchannel clip/));
    expect(notes).toContainEqual(expect.stringMatching(/no noise clip is tagged 'tv-line'/));
  });

  it('leaves out bands for which no agent clip is long enough', async () => {
    const { profiles, notes } = drawAttempts(await gatherMaterial(syntheticCorpus([talk('short', 2), say('wait', 'interruption')])), 1);
    expect(new Set(profiles.full.map(({ offsetBand }) => offsetBand))).toEqual(new Set(['first-300ms', 'two-words']));
    expect(notes).toContainEqual(expect.stringMatching(/no agent clip has room for an onset in the band 'late'/));
  });

  it.each([
    ['no agent speech', [say('wait', 'interruption')]],
    ['nothing to interrupt with', [talk('hello', 9), say('mm-hm', 'backchannel')]],
    ['agent speech that is too short', [talk('hi', 1), say('wait', 'interruption')]],
  ])('refuses a corpus with %s', async (_, entries) => {
    const material = await gatherMaterial(syntheticCorpus(entries as SyntheticEntry[]));
    expect(() => drawAttempts(material, 1)).toThrow(BargeinError);
  });
});
