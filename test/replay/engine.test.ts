import { describe, expect, it } from 'vitest';
import { defaultCorpusDir, loadCorpus } from '../../src/corpus/load.js';
import { replayVirtually, tasksOf } from '../../src/replay/engine.js';
import type { EngineOptions, Task } from '../../src/replay/engine.js';
import { planAttempts } from '../../src/replay/plan.js';
import type { Attempt, Recording } from '../../src/types.js';
import { sileroCounters } from '../../src/vad/index.js';

const { attempts } = await planAttempts({ corpus: await loadCorpus(defaultCorpusDir), profile: 'quick', seed: 1, repeat: 1, limit: 4 });
const options = (variants: EngineOptions['variants'], signal = new AbortController().signal): EngineOptions => ({ corpusDir: defaultCorpusDir, agent: 'reference:after', variants, replay: {}, signal });
const energy = { 'vad.kind': 'energy' } as const;

async function replay(tasks: readonly Task[], variants: EngineOptions['variants'], jobs = 0): Promise<{ order: string[]; recordings: Map<string, Recording> }> {
  const order: string[] = [];
  const recordings = new Map<string, Recording>();
  await replayVirtually(tasks, jobs, options(variants), async (attempt: Attempt, recording, variant) => {
    order.push(`${attempt.id}/${variant}`);
    recordings.set(`${attempt.id}/${variant}`, recording);
    return 'done';
  });
  return { order, recordings };
}

describe('variants of an agent', () => {
  const variants = [energy, { ...energy, 'tts.chunkMs': 200 }, { ...energy, flush: false }];
  const all = attempts.map((attempt): Task => ({ attempt, variants: [0, 1, 2] }));

  it('are all replayed for one attempt before the next', async () => {
    const { order } = await replay(all, variants);
    expect(order).toEqual(attempts.flatMap(({ id }) => [0, 1, 2].map((variant) => `${id}/${variant}`)));
  });

  it('each do what an agent of their own would have done', async () => {
    const { recordings } = await replay(all, variants);
    for (const [variant, own] of variants.entries()) {
      const alone = await replay(tasksOf(attempts), [own]);
      for (const { id } of attempts) expect(recordings.get(`${id}/${variant}`)).toEqual(alone.recordings.get(`${id}/0`));
    }
  });

  it('are left out where a task does not name them', async () => {
    const { order } = await replay([{ attempt: attempts[0], variants: [2] }, { attempt: attempts[1], variants: [0, 2] }], variants);
    expect(order).toEqual([`${attempts[0].id}/2`, `${attempts[1].id}/0`, `${attempts[1].id}/2`]);
  });

  it('are replayed again where that is asked for, and only they', async () => {
    const order: string[] = [];
    await replayVirtually(all.slice(0, 1), 0, options(variants), async (_, __, variant) => {
      order.push(String(variant));
      return variant === 1 && order.length === 2 ? 'again' : 'done';
    });
    expect(order).toEqual(['0', '1', '2', '1']);
  });

  it('are refused before anything is replayed where an option does not exist', async () => {
    await expect(replay(all, [energy, { 'vad.treshold': 0.5 }])).rejects.toThrow(/no option 'vad.treshold'/);
  });
});

describe('a sweep of the VAD threshold', () => {
  it('runs the network once a frame that has been heard, however many thresholds there are', async () => {
    const clean = attempts.find(({ condition, bed }) => condition === 'clean' && bed === null) as Attempt;
    const frames = async (thresholds: readonly number[]) => {
      const before = sileroCounters();
      // Another place in the call: nothing of it has been heard in this thread.
      const attempt = { ...clean, offsetMs: clean.offsetMs + 1.5 * thresholds.length };
      await replay([{ attempt, variants: thresholds.map((_, i) => i) }], thresholds.map((threshold) => ({ 'vad.threshold': threshold })));
      return sileroCounters().computed - before.computed;
    };
    const one = await frames([0.5]);
    const three = await frames([0.4, 0.5, 0.6]);
    expect(one).toBeGreaterThan(50);
    // Recordings of agents that stop later are longer: by some frames of silence, not by another call.
    expect(three).toBeLessThan(1.5 * one);
  });
});
