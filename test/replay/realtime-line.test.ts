import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultCorpusDir, loadCorpus } from '../../src/corpus/load.js';
import { tasksOf } from '../../src/replay/engine.js';
import { chooseConcurrency, levelOf } from '../../src/replay/concurrency.js';
import { Line } from '../../src/replay/line.js';
import { planAttempts } from '../../src/replay/plan.js';
import { replayInRealTime } from '../../src/replay/realtime.js';
import type { RealTimeOptions } from '../../src/replay/realtime.js';
import { rehearse } from '../../src/replay/rehearsal.js';
import { VirtualClock } from '../../src/time/index.js';
import type { Recording } from '../../src/types.js';

const corpus = await loadCorpus(defaultCorpusDir);
const { attempts } = await planAttempts({ corpus, profile: 'quick', seed: 1, repeat: 1, limit: 3 });
const short = attempts.map((attempt) => ({ ...attempt, offsetMs: 300 }));

function options(more: Partial<RealTimeOptions> = {}): RealTimeOptions {
  return {
    corpusDir: defaultCorpusDir, corpus, agent: 'reference:after', variants: [{ 'vad.kind': 'energy' }], signal: new AbortController().signal,
    replay: { windowMs: 300, resumeMs: 200 }, concurrency: 3, warmUps: 0, reuseSession: false, ...more,
  };
}

describe('a replay in real time', () => {
  it('records every attempt on its own thread, those that come before apart, packets as parts of the response', async () => {
    const recordings = new Map<string, Recording>();
    const warmUps: string[] = [];
    let again = true;
    const floor = await replayInRealTime(tasksOf(short.slice(0, 2)), options({ warmUps: 1, reuseSession: true, onWarmUp: ({ id }) => void warmUps.push(id) }), async (attempt, recording) => {
      recordings.set(`${attempt.id}${recordings.size}`, recording);
      const verdict = again ? 'again' : 'done';
      again = false;
      return verdict;
    });
    expect(warmUps).toEqual([short[0].id]);
    expect([...recordings.values()].map(({ attemptId }) => attemptId).sort()).toHaveLength(3);
    for (const { clock, error, packets, uplink, injected } of recordings.values()) {
      expect({ clock, error }).toEqual({ clock: 'realtime', error: null });
      expect(uplink.latenessMs?.every((lateMs) => lateMs >= 0)).toBe(true);
      expect(packets.length).toBeGreaterThan(5);
      expect(packets.every(({ from, data }) => from !== null && data === null)).toBe(true);
      expect(injected).not.toBeNull();
    }
    expect(floor?.count).toBeGreaterThan(100);
  });

  it('ends where an agent’s code does not return, and says whose it is', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'bargein-endless-')), 'endless.mjs');
    writeFileSync(path, `export default {
      name: 'endless', turns: 'unprompted', line: { rateHz: 16000, frameMs: 20, codec: 'pcm16' }, options: {},
      connect: async () => ({ send() { for (;;); }, speak: async () => {}, close: async () => {} }),
    };`);
    const ended = replayInRealTime(tasksOf(short.slice(0, 2)), options({ agent: path, variants: [{}], answerWithinMs: 800 }), async () => 'done');
    await expect(ended).rejects.toMatchObject({ name: 'BargeinError', message: expect.stringMatching(/^the sessions gave no answer for 1 s: the code of agent 'endless' runs/) });
  });

  it('gives warm-ups up where they fail', async () => {
    const failed: (string | null)[] = [];
    const more = { agent: 'stdio:node -e process.exit(3)', variants: [{ turns: 'response' }], concurrency: 2, warmUps: 40, onWarmUp: (_: unknown, { error }: Recording) => void failed.push(error) };
    await replayInRealTime(tasksOf(short.slice(0, 1)), options(more), async () => 'done');
    expect(failed).toHaveLength(6);
    expect(failed.every((error) => error !== null)).toBe(true);
  });

  it('ends when the signal is raised, and hangs up', async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    await replayInRealTime(tasksOf(short), options({ concurrency: 1, signal: stop.signal }), async ({ id }) => {
      seen.push(id);
      stop.abort();
      return 'done';
    });
    expect(seen).toEqual([short[0].id]);
  });

  it('refuses what the agent does not have before anything is replayed', async () => {
    await expect(replayInRealTime(tasksOf(short), options({ variants: [{ 'vad.treshold': 1 }] }), async () => 'done')).rejects.toThrow(/no option 'vad.treshold'/);
  });
});

describe('the thread of the sessions', () => {
  it('passes on mistakes with what to change, and ends', async () => {
    const line = new Line();
    await expect(line.do({ kind: 'warm-up', agent: 'reference:never', options: {}, formats: [] })).rejects.toMatchObject({ name: 'BargeinError', hint: expect.any(String) });
    await line.end();
    await expect(line.do({ kind: 'rehearse', sessions: 1, forMs: 10 })).rejects.toThrow(/ended/);
    await line.end();
  });
});

describe('the sessions that this machine can serve', () => {
  const upTo = (most: number) => {
    const asked: number[] = [];
    const measure = async (sessions: number) => (asked.push(sessions), { sessions, p99Ms: sessions <= most ? 0.5 : 7.25, holds: sessions <= most });
    return { asked, measure };
  };

  it('are as many as wanted where these hold, without another try', async () => {
    const { asked, measure } = upTo(40);
    expect(await chooseConcurrency(32, measure)).toMatchObject({ used: 32, capped: null });
    expect(asked).toEqual([32]);
  });

  it('are fewer where they do not, with the reason', async () => {
    const { asked, measure } = upTo(13);
    expect(await chooseConcurrency(16, measure)).toMatchObject({ used: 12, capped: expect.stringMatching(/with 16 sessions .* 7\.3 ms late .*: 12 are used/) });
    expect(asked).toEqual([16, 16, 16, 2, 4, 8, 12]);
  });

  it('are not fewer for one hiccup of the machine', async () => {
    const late = [true, false, false];
    const hiccup = async (sessions: number) => {
      const holds = !late.shift();
      return { sessions, p99Ms: holds ? 0.5 : 7.25, holds };
    };
    expect(await chooseConcurrency(16, hiccup)).toEqual({ used: 16, measured: [{ sessions: 16, p99Ms: 0.5, holds: true }], capped: null });
  });

  it('are found by doubling for auto, and are one at least', async () => {
    expect(await chooseConcurrency('auto', upTo(25).measure)).toMatchObject({ used: 24, capped: null });
    expect(await chooseConcurrency('auto', upTo(1000).measure)).toMatchObject({ used: 128 });
    expect(await chooseConcurrency('auto', upTo(0).measure)).toMatchObject({ used: 1 });
    expect(await chooseConcurrency(1, upTo(0).measure)).toEqual({ used: 1, measured: [], capped: null });
  });

  it('hold where the frames are on time', () => {
    const frames = { count: 100, p50Ms: 0.1, p99Ms: 2.5, maxMs: 9 };
    expect(levelOf({ sessions: 4, frames, lateShare: 0.01 })).toEqual({ sessions: 4, p99Ms: 2.5, holds: true });
    expect(levelOf({ sessions: 4, frames, lateShare: 0.011 }).holds).toBe(false);
    expect(levelOf({ sessions: 4, frames: { ...frames, p99Ms: 2.6 }, lateShare: 0 }).holds).toBe(false);
    expect(levelOf({ sessions: 4, frames: null, lateShare: null }).holds).toBe(false);
  });

  it('do the work of every frame', async () => {
    const clock = new VirtualClock();
    expect(await clock.drive(rehearse(clock, 3, 200))).toMatchObject({ sessions: 3, frames: { count: 30, maxMs: 0 }, lateShare: 0 });
  });
});
