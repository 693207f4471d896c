import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runBenchmark } from '../../src/benchmark.js';
import { describeDryRun } from '../../src/commands/dry-run.js';
import { effectiveFlags } from '../../src/commands/run-config.js';
import { readEntries } from '../../src/replay/journal.js';
import type { RunConfig } from '../../src/types.js';
import { quoted } from '../agents/live-session.js';
import { webSocketServer } from '../agents/socket-servers.js';
import { runConfig } from '../fixtures/run-config.js';

const folder = mkdtempSync(join(tmpdir(), 'bargein-call-address-run-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hooks = { progress: () => {}, signal: new AbortController().signal };
/** What every address of these tests holds. */
const secret = 'sesame-0123456789';

/** All that a run has left, as one text. */
function textsIn(dir: string): string {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name));
  return files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, 'utf8')).join('\n');
}

/** Calls take the time they take, on a machine that may be busy with other tests. */
describe('a run whose addresses are keys', { timeout: 240_000 }, () => {
  it.each(['by a command', 'given'])('dials each as it is, and leaves none of them in its results: %s', async (way) => {
    const dialled: string[] = [];
    const far = await webSocketServer((socket, url) => {
      dialled.push(url);
      socket.close(4001, `no such call: ${url}`);
    });
    const count = join(folder, `count-${way.length}`);
    const script = join(folder, 'new-call.mjs');
    writeFileSync(script, `import { appendFileSync, readFileSync } from 'node:fs';\nappendFileSync(process.argv[3], '.');\nconsole.log(process.argv[2] + 'call/${secret}' + readFileSync(process.argv[3]).length);\n`);
    const command = [process.execPath, script, far.address, count].map(quoted).join(' ');
    const outputDir = join(folder, way.replaceAll(' ', '-'));
    const where: Pick<RunConfig, 'agent' | 'agentOptions'> = way === 'given' ? { agent: `pcm:${far.address}call/${secret}`, agentOptions: { preset: 'vapi' } } : { agent: 'pcm:command', agentOptions: { 'address.command': command } };
    const config = runConfig({ ...where, clock: 'realtime', concurrency: 1, retries: 0, warmUps: 0, calibrationAttempts: 0, limit: 2, outputDir, reports: ['html', 'json', 'markdown', 'junit'] });
    const { info, summary } = await runBenchmark(config, hooks).finally(() => far.close());
    expect(summary.groups[0].nErrored).toBe(2);
    const errors = [...readEntries(join(outputDir, 'journal.jsonl'))].map(({ recording }) => recording.error);
    for (const error of errors) expect(error).toBe('the agent closed the connection (4001): no such call: ***');
    expect(dialled).toHaveLength(2);
    expect(new Set(dialled).size).toBe(way === 'given' ? 1 : 2);
    expect(info.agent).toBe(way === 'given' ? `pcm:${far.address}***` : 'pcm:command');
    const dryRun = describeDryRun({ attempts: 2, warmUps: 0, wallMs: 0, audioMinutes: 0, downlinkMinutes: 0, leftOut: [] }, config);
    expect(`${textsIn(outputDir)}${dryRun}${JSON.stringify(effectiveFlags(config))}`).not.toContain(secret);
  });
});
