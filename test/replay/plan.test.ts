import { describe, expect, it } from 'vitest';
import { interrupters } from '../../src/corpus/personas.js';
import { BargeinError } from '../../src/errors.js';
import type { PlanRequest } from '../../src/replay/plan.js';
import { planAttempts } from '../../src/replay/plan.js';
import { syntheticCorpus } from '../corpus/synthetic-corpus.js';

const corpus = syntheticCorpus([
  { id: 'agent-a', role: 'agent', speechMs: [[100, 9000]], fileMs: 9200 },
  { id: 'agent-b', role: 'agent', speechMs: [[100, 12000]], fileMs: 12200 },
  ...interrupters.map((persona) => ({ id: `say-${persona}`, role: 'interruption' as const, personas: [persona], kind: 'synthetic' as const, speechMs: [[50, 500]] as const, fileMs: 600 })),
  { id: 'mm-hm', role: 'backchannel', speechMs: [[50, 300]], fileMs: 400 },
  { id: 'cough', role: 'noise', personas: ['room'], speechMs: [[50, 300]], fileMs: 400 },
  { id: 'television', role: 'noise', personas: ['tv-line'], speechMs: [[0, 2000]], fileMs: 2000 },
]);
const engine = () => Promise.resolve({ ok: true } as const);
const plan = (request: Partial<PlanRequest> = {}) => planAttempts({ corpus, profile: 'quick', seed: 1, repeat: 1, engine, ...request });
const ids = ({ attempts }: Awaited<ReturnType<typeof plan>>) => attempts.map(({ id }) => id);

describe('planAttempts', () => {
  it('plans the draw as it is, drawn on the fly where none is committed', async () => {
    const { attempts, source, leftOut, drawHash, profile, notes } = await plan();
    expect({ source, leftOut, profile, notes }).toEqual({ source: 'drawn', leftOut: [], profile: 'quick', notes: [] });
    expect(drawHash).toMatch(/^[0-9a-f]{64}$/);
    expect(attempts.map(({ index }) => index)).toEqual(attempts.map((_, i) => i));
    expect(new Set(ids({ attempts } as never)).size).toBe(60);
    const control = attempts.find(({ intent }) => intent === 'control');
    expect(control).toMatchObject({ userClip: null, userClipKind: null, bed: null });
    expect(attempts.find(({ intent }) => intent === 'interruption')?.userClipKind).toBe('synthetic');
    expect(attempts.find(({ persona }) => persona === 'tv-line')?.bed).toMatchObject({ clip: 'television' });
    expect(JSON.parse(JSON.stringify(attempts))).toEqual(attempts);
  });

  it('keeps other conditions of the full draw, unless conditions are asked for', async () => {
    const full = await plan({ profile: 'full' });
    expect(new Set(full.attempts.map(({ condition }) => condition)).size).toBe(5);
    const telephone = await plan({ profile: 'full', conditions: ['telephone'] });
    expect(telephone.attempts.length).toBe(full.attempts.filter(({ condition }) => condition === 'clean').length);
    expect(telephone.attempts.every(({ id, condition }) => id.endsWith('.telephone') && condition === 'telephone')).toBe(true);
    expect(telephone.drawHash).toBe(full.drawHash);
  });

  it('runs each attempt under each condition, pairs side by side, at the same place with the same seed', async () => {
    const { attempts } = await plan({ conditions: ['clean', 'telephone'], limit: 20 });
    for (let i = 0; i < 20; i += 2) {
      const [clean, telephone] = [attempts[i], attempts[i + 1]];
      expect(telephone).toEqual({ ...clean, index: i + 1, id: `${clean.id}.telephone`, condition: 'telephone' });
    }
  });

  it('gives a bed, at each SNR equally often, under the condition bed', async () => {
    const { attempts } = await plan({ conditions: ['bed'] });
    expect(attempts.every(({ bed }) => bed !== null)).toBe(true);
    const plain = attempts.filter(({ persona }) => persona !== 'tv-line');
    for (const snrDb of [20, 12, 5]) expect(plain.filter(({ bed }) => bed?.snrDb === snrDb).length).toBeGreaterThan(15);
    const bedless = syntheticCorpus([
      { id: 'agent', role: 'agent', speechMs: [[100, 9000]], fileMs: 9200 },
      { id: 'wait', role: 'interruption', speechMs: [[50, 500]], fileMs: 600 },
    ]);
    await expect(plan({ corpus: bedless, conditions: ['bed'] })).rejects.toThrow(/--condition bed/);
  });

  it('filters by several expressions at once', async () => {
    const { attempts } = await plan({ filter: ['intent=interruption', 'persona=angry,soft', 'agent_clip=agent-b'] });
    expect(attempts.length).toBeGreaterThan(0);
    expect(attempts.every(({ persona, agentClip }) => ['angry', 'soft'].includes(persona) && agentClip === 'agent-b')).toBe(true);
  });

  it.each([
    ['person=angry', /unknown key 'person'.*/, /did you mean 'persona'/],
    ['persona=angri', /no attempt has persona 'angri'/, /did you mean 'angry'/],
    ['persona', /not of the form key=value/, /intent=interruption/],
    ['persona=', /not of the form key=value/, /intent=interruption/],
  ])('refuses the filter %s with what there is', async (filter, message, hint) => {
    const thrown = await plan({ filter: [filter] }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(BargeinError);
    expect((thrown as BargeinError).message).toMatch(message);
    expect((thrown as BargeinError).hint).toMatch(hint);
  });

  it('says where only the full draw has what is asked for', async () => {
    const [quick, full] = [await plan({ profile: 'quick' }), await plan({ profile: 'full' })];
    const id = ids(full).find((one) => !ids(quick).includes(one));
    const thrown = await plan({ profile: 'quick', filter: [`attempt_id=${id}`] }).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ message: `--filter attempt_id=${id}: no attempt has attempt_id '${id}' in the quick draw`, hint: 'the full one has: add --profile full' });
  });

  it('refuses filters that nothing meets together, and counts that are none', async () => {
    await expect(plan({ filter: ['intent=control', 'persona=angry'] })).rejects.toThrow(/no attempt meets/);
    await expect(plan({ limit: 0 })).rejects.toThrow(/--limit 0/);
    await expect(plan({ repeat: 1.5 })).rejects.toThrow(/--repeat 1.5/);
  });

  it('limits to a balanced beginning', async () => {
    const limited = await plan({ limit: 24 });
    expect(ids(limited)).toEqual(ids(await plan()).slice(0, 24));
    expect(new Set(limited.attempts.map(({ persona }) => persona)).size).toBe(11);
    expect(ids(await plan({ limit: 1000 })).length).toBe(60);
  });

  it('repeats round by round with other seeds', async () => {
    const { attempts } = await plan({ limit: 10, repeat: 3 });
    expect(attempts.length).toBe(30);
    expect(attempts.slice(0, 10).map(({ id }) => id)).toEqual(ids(await plan({ limit: 10 })));
    expect(attempts[10].id).toBe(`${attempts[0].id}.2`);
    expect(attempts[20].id).toBe(`${attempts[0].id}.3`);
    expect(new Set(attempts.map(({ seed }) => seed)).size).toBe(30);
    expect(attempts[10]).toEqual({ ...attempts[0], id: attempts[10].id, index: 10, seed: attempts[10].seed });
  });

  it('changes the seeds, and nothing else, with the seed', async () => {
    const [one, two] = [await plan({ seed: 1 }), await plan({ seed: 2 })];
    expect(two.drawHash).toBe(one.drawHash);
    expect(two.attempts.every(({ seed }, i) => seed !== one.attempts[i].seed)).toBe(true);
    expect(two.attempts.map((attempt, i) => ({ ...attempt, seed: one.attempts[i].seed }))).toEqual(one.attempts);
  });

  it('leaves out what cannot be rendered here, and says why', async () => {
    const missing = () => Promise.resolve({ ok: false, reason: 'install libasound2' } as const);
    const { attempts, leftOut } = await plan({ engine: missing });
    expect(leftOut).toEqual([{ reason: 'install libasound2', count: 15 }]);
    expect(attempts.length).toBe(45);
    expect(attempts.every(({ gainDb, bed, condition }) => gainDb === 0 && bed === null && condition === 'clean')).toBe(true);
    await expect(plan({ engine: missing, conditions: ['echo'] })).rejects.toThrow(/none of these attempts can be rendered/);
    const unasked = () => Promise.reject(new Error('must not be asked'));
    expect((await plan({ engine: unasked, filter: ['persona=listener'] })).leftOut).toEqual([]);
  });
});
