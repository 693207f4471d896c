import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAgent } from '../../src/agents/index.js';
import { runBenchmark } from '../../src/benchmark.js';
import { defaultCorpusDir, loadCorpus } from '../../src/corpus/load.js';
import { defaultMeasureOptions, measureAttempt } from '../../src/measure/attempt.js';
import { defaultReplayOptions, replayAttempt } from '../../src/replay/attempt.js';
import { readEntries } from '../../src/replay/journal.js';
import { prepareMedia } from '../../src/replay/media.js';
import { ownResponses } from '../../src/serve/own-response.js';
import { listen } from '../../src/serve/server.js';
import type { Listening } from '../../src/serve/server.js';
import { HrtimeClock, makeClock } from '../../src/time/index.js';
import { tcpServer } from '../agents/socket-servers.js';
import { runConfig } from '../fixtures/run-config.js';

const folder = mkdtempSync(join(tmpdir(), 'bargein-wire-run-'));
const agentOptions = { 'vad.kind': 'energy', 'reply.afterMs': 0 } as const;
let server: Listening;

beforeAll(async () => {
  const served = { agent: 'reference:after', agentOptions, clock: new HrtimeClock(), ownResponse: await ownResponses(defaultCorpusDir, null) };
  server = await listen({ protocol: 'twilio', port: 0, served });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const hooks = { progress: () => {}, signal: new AbortController().signal };
const wireRun = (name: string, more: Parameters<typeof runConfig>[0] extends infer Config ? Partial<Config> : never) =>
  runConfig({ agent: `twilio:${server.address}`, agentOptions: { turns: 'response' }, clock: 'realtime', concurrency: 1, retries: 1, calibrationAttempts: 3, limit: 2, outputDir: join(folder, name), ...more });

/** Calls take the time they take, on a machine that may be busy with other tests. */
const limitMs = 240_000;

describe('a run over a wire', { timeout: limitMs }, () => {
  it('measures in real time what the virtual clock says, the same agent on the same line', async () => {
    const outputDir = join(folder, 'agree');
    const { info } = await runBenchmark(wireRun('agree', { limit: 4, concurrency: 2, filter: ['intent=interruption', 'condition=clean'] }), hooks);
    expect(info).toMatchObject({ clock: 'realtime', turns: 'response' });
    const corpus = await loadCorpus(defaultCorpusDir);
    const agent = await makeAgent('reference:after', agentOptions);
    const line = { rateHz: 8000, frameMs: 20, codec: 'mulaw' } as const;
    const differencesMs: number[] = [];
    for (const { attempt, recording } of readEntries(join(outputDir, 'journal.jsonl'))) {
      const media = await prepareMedia(attempt, corpus, { line, turns: 'response', prompt: null });
      const real = measureAttempt(attempt, recording, media.response, defaultMeasureOptions);
      if (real.invalidReason === 'harness-late' || recording.injected === null) continue;
      // The agent's first word comes when the network brings it. The same onset sample, to the microsecond, makes the same frames.
      const replay = (offsetMs: number) => replayAttempt({ ...attempt, offsetMs }, media, agent, makeClock('virtual'), defaultReplayOptions);
      const agentOnsetMs = (await replay(attempt.offsetMs)).injected?.agentOnsetMs as number;
      const offsetMs = recording.injected.userOnsetMs - agentOnsetMs;
      const virtual = measureAttempt({ ...attempt, offsetMs }, await replay(offsetMs), media.response, defaultMeasureOptions);
      differencesMs.push(real.outcome === virtual.outcome ? Math.abs((real.stopLatencyLoMs ?? 0) - (virtual.stopLatencyLoMs ?? 0)) : Infinity);
    }
    // The error bar of this very run, and a step of the device that a packet may just miss. On a busy machine the agent itself is late
    // now and then, which one attempt alone does not tell from a wrong measurement; that is wrong every time.
    const nearestMs = differencesMs.reduce((least, ms) => Math.min(least, ms), Infinity);
    if (differencesMs.length > 1) expect(nearestMs).toBeLessThanOrEqual((info.errorBarMs ?? 3) + defaultReplayOptions.quantumMs);
    expect(info.lateness).not.toBeNull();
  });

  it('goes on after errors, and ends where they are more than it could be trusted with', async () => {
    const far = await tcpServer('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n');
    const { info, summary } = await runBenchmark(wireRun('errors', { agent: `twilio:${far.address}`, limit: 40, concurrency: 1 }), hooks).finally(() => far.close());
    expect(summary.groups[0].nErrored).toBe(5);
    expect(info.unfinished).toBe(35);
    expect(info.untrusted.join()).toContain('5 of 5 attempts errored');
    expect(info.warnings.map(({ seen }) => seen).join()).toContain('the run was ended early');
  });

  it('refuses an agent that is not there before it measures anything', async () => {
    await expect(runBenchmark(wireRun('nobody', { agent: 'twilio:ws://127.0.0.1:1/' }), hooks)).rejects.toThrow('the agent cannot be reached: 127.0.0.1:1: nothing listens there');
    expect(existsSync(join(folder, 'nobody'))).toBe(false);
  });

  it('judges an agent that says what it likes by its level, with its own longest pause', async () => {
    const { info } = await runBenchmark(wireRun('unprompted', { agentOptions: { turns: 'unprompted' }, limit: 2, filter: ['condition=clean'] }), hooks);
    expect(info.turns).toBe('unprompted');
    for (const { recording } of readEntries(join(folder, 'unprompted', 'journal.jsonl'))) expect(recording.packets.every(({ from }) => from === null)).toBe(true);
  });
});
