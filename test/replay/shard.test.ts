import { describe, expect, it } from 'vitest';
import { BargeinError } from '../../src/errors.js';
import { planAttempts } from '../../src/replay/plan.js';
import { chooseShard, dealShards, parseShard, pickShard, shardFromEnvironment } from '../../src/replay/shard.js';
import { interrupters } from '../../src/corpus/personas.js';
import { syntheticCorpus } from '../corpus/synthetic-corpus.js';

const places = (count: number) => Array.from({ length: count }, (_, i) => i);
const caught = (work: () => unknown): BargeinError => {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof BargeinError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
};

describe('pickShard', () => {
  it('gives every attempt to exactly one shard, in order, in sizes that differ by one at most', () => {
    for (const [count, of] of [[840, 4], [17, 3], [5, 5], [100, 7], [1, 1]]) {
      const shards = places(of).map((i) => pickShard(places(count), { index: i + 1, of }));
      expect(shards.flat().sort((a, b) => a - b)).toEqual(places(count));
      for (const shard of shards) expect(shard).toEqual([...shard].sort((a, b) => a - b));
      const sizes = shards.map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }
  });

  it('does so in every prefix', () => {
    const deal = dealShards(200, 6);
    for (let length = 1; length <= deal.length; length++) {
      const sizes = places(6).map((i) => deal.slice(0, length).filter((shard) => shard === i + 1).length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }
  });

  it('is the same every time, and for every machine', () => {
    expect(dealShards(12, 3)).toEqual(dealShards(12, 3));
    expect(pickShard('abcdefghijkl'.split(''), { index: 2, of: 3 }).join('')).toBe('adil');
  });

  it('gives no shard all that recurs with the same period', () => {
    // Conditions side by side, as many as shards, or half or twice as many: to count off would part them by shard.
    for (const [conditions, of] of [[2, 2], [2, 4], [4, 2], [4, 4], [5, 5]]) {
      const attempts = places(conditions * 100).map((i) => i % conditions);
      for (let index = 1; index <= of; index++) {
        const shard = pickShard(attempts, { index, of });
        for (let condition = 0; condition < conditions; condition++) {
          const share = shard.filter((value) => value === condition).length / shard.length;
          expect(Math.abs(share - 1 / conditions)).toBeLessThan(0.15);
        }
      }
    }
  });

  it('is all of them without a shard, and for the only one', () => {
    expect(pickShard(places(3), null)).toEqual(places(3));
    expect(pickShard(places(3), { index: 1, of: 1 })).toEqual(places(3));
  });

  it('says so where a shard would be empty, whichever it is', () => {
    for (let index = 1; index <= 4; index++) expect(() => pickShard(places(3), { index, of: 4 })).toThrow(/shard \d\/4: a shard of 3 attempts would be empty/);
    expect(caught(() => pickShard(places(3), { index: 1, of: 4 })).hint).toMatch(/3 shards at most/);
  });
});

describe('the shards of a plan', () => {
  const corpus = syntheticCorpus([
    { id: 'agent-a', role: 'agent', speechMs: [[100, 9000]], fileMs: 9200 },
    ...interrupters.map((persona) => ({ id: `say-${persona}`, role: 'interruption' as const, personas: [persona], kind: 'synthetic' as const, speechMs: [[50, 500]] as const, fileMs: 600 })),
    { id: 'mm-hm', role: 'backchannel', speechMs: [[50, 300]], fileMs: 400 },
    { id: 'cough', role: 'noise', personas: ['room'], speechMs: [[50, 300]], fileMs: 400 },
    { id: 'television', role: 'noise', personas: ['tv-line'], speechMs: [[0, 2000]], fileMs: 2000 },
  ]);
  const engine = () => Promise.resolve({ ok: true } as const);
  const request = { corpus, profile: 'quick', conditions: ['clean', 'telephone'], filter: ['intent=interruption'], limit: 9, repeat: 2, seed: 1, engine } as const;

  it('are cut from what filter, limit and repeats leave, each attempt with its place in the whole', async () => {
    const whole = await planAttempts(request);
    const shards = await Promise.all([1, 2, 3].map((index) => planAttempts({ ...request, shard: { index, of: 3 } })));
    expect(whole).toMatchObject({ planned: 18, attempts: { length: 18 } });
    for (const shard of shards) expect(shard).toMatchObject({ planned: 18, drawHash: whole.drawHash, attempts: { length: 6 } });
    expect(shards.flatMap(({ attempts }) => attempts).sort((a, b) => a.index - b.index)).toEqual(whole.attempts);
  });

  it('refuse to be more than there are attempts', async () => {
    await expect(planAttempts({ ...request, shard: { index: 1, of: 19 } })).rejects.toThrow(/shard 1\/19: a shard of 18 attempts would be empty/);
  });
});

describe('parseShard', () => {
  it('reads index and total', () => {
    expect(parseShard('2/4')).toEqual({ index: 2, of: 4 });
    expect(parseShard(' 1 / 1 ')).toEqual({ index: 1, of: 1 });
  });

  it.each(['', '2', '2/', '/4', '0/4', '5/4', '1/0', '-1/4', '1.5/4', '2/4/8', 'a/b', '1e1/20', '1/9999999'])('refuses %j', (text) => {
    expect(() => parseShard(text)).toThrow(BargeinError);
  });

  it('names the flag and what is allowed', () => {
    expect(caught(() => parseShard('5/4'))).toMatchObject({ message: '--shard 5/4 names no shard', hint: 'shards count from 1: give --shard 1/4 to 4/4' });
    expect(caught(() => parseShard('2', 'shard')).message).toBe('shard 2 is not of the form index/total');
  });
});

describe('the shard from the environment', () => {
  it.each([
    ['GitLab, from 1', { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '4' }, { index: 2, of: 4 }],
    ['Kubernetes, from 0', { JOB_COMPLETION_INDEX: '0', BARGEIN_SHARD_TOTAL: '4' }, { index: 1, of: 4 }],
    ['AWS Batch, from 0', { AWS_BATCH_JOB_ARRAY_INDEX: '3', AWS_BATCH_JOB_ARRAY_SIZE: '4' }, { index: 4, of: 4 }],
    ['AWS Batch without a size', { AWS_BATCH_JOB_ARRAY_INDEX: '3', BARGEIN_SHARD_TOTAL: '8' }, { index: 4, of: 8 }],
    ['two that agree', { JOB_COMPLETION_INDEX: '1', AWS_BATCH_JOB_ARRAY_INDEX: '1', BARGEIN_SHARD_TOTAL: '2' }, { index: 2, of: 2 }],
    ['blanks around', { CI_NODE_INDEX: ' 1 ', CI_NODE_TOTAL: '2\n' }, { index: 1, of: 2 }],
  ])('%s', (_, env, shard) => {
    expect(shardFromEnvironment(env).shard).toEqual(shard);
  });

  it.each([
    ['nothing set', {}],
    ['GitLab without parallel', { CI_NODE_TOTAL: '1' }],
    ['a single copy', { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '1' }],
    ['a job of one completion', { JOB_COMPLETION_INDEX: '0', BARGEIN_SHARD_TOTAL: '1' }],
    ['empty variables', { CI_NODE_INDEX: '', CI_NODE_TOTAL: '', JOB_COMPLETION_INDEX: ' ' }],
    ['a total of one without an index', { BARGEIN_SHARD_TOTAL: '1' }],
  ])('is none with %s', (_, env) => {
    expect(shardFromEnvironment(env)).toEqual({ shard: null, takenFrom: null });
  });

  it.each([
    ['an index without a total', { JOB_COMPLETION_INDEX: '2' }, /JOB_COMPLETION_INDEX is set, but not how many there are/],
    ['the same in GitLab', { CI_NODE_INDEX: '2' }, /CI_NODE_INDEX is set/],
    ['a total without an index', { CI_NODE_TOTAL: '4' }, /CI_NODE_TOTAL is 4, but CI_NODE_INDEX is not set/],
    ['our total without an index', { BARGEIN_SHARD_TOTAL: '4' }, /nothing says which of them this is/],
    ['an index beyond the total', { CI_NODE_INDEX: '5', CI_NODE_TOTAL: '4' }, /CI_NODE_INDEX 5 is not one of CI_NODE_TOTAL 4, counted from 1/],
    ['an index of 0 where they count from 1', { CI_NODE_INDEX: '0', CI_NODE_TOTAL: '4' }, /counted from 1/],
    ['an index that is the total where they count from 0', { JOB_COMPLETION_INDEX: '4', BARGEIN_SHARD_TOTAL: '4' }, /counted from 0/],
    ['no number', { CI_NODE_INDEX: 'one', CI_NODE_TOTAL: '4' }, /CI_NODE_INDEX 'one' is not a count/],
    ['a total of 0', { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '0' }, /CI_NODE_TOTAL 0/],
    ['two that differ', { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '2', JOB_COMPLETION_INDEX: '1', BARGEIN_SHARD_TOTAL: '2' }, /name different shards \(1\/2 and 2\/2\)/],
  ])('refuses %s, and says how to go on', (_, env, message) => {
    const error = caught(() => shardFromEnvironment(env));
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/--no-shard/);
  });

  it('names the variable that would help', () => {
    expect(caught(() => shardFromEnvironment({ JOB_COMPLETION_INDEX: '2' })).hint).toMatch(/^set BARGEIN_SHARD_TOTAL/);
  });
});

describe('chooseShard', () => {
  const env = { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '4' };

  it('takes the flag before the environment, and says what it took from there', () => {
    expect(chooseShard({ index: 1, of: 3 }, env)).toEqual({ shard: { index: 1, of: 3 }, takenFrom: null });
    expect(chooseShard(undefined, env)).toEqual({ shard: { index: 2, of: 4 }, takenFrom: 'CI_NODE_INDEX and CI_NODE_TOTAL' });
  });

  it('takes all attempts with --no-shard and --shard 1/1, without a look at the environment', () => {
    const broken = { CI_NODE_INDEX: 'x' };
    expect(chooseShard(false, broken)).toEqual({ shard: null, takenFrom: null });
    expect(chooseShard({ index: 1, of: 1 }, broken)).toEqual({ shard: null, takenFrom: null });
  });
});
