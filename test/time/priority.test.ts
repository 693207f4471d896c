import { execFileSync, spawnSync } from 'node:child_process';
import { availableParallelism, getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';

/** Only root, or who has been given the right, may go below 0. */
const mayRise = process.platform === 'linux' && process.getuid?.() === 0 && rises();

function rises(): boolean {
  const code = `try { require('node:os').setPriority(0, -1); console.log('yes'); } catch { console.log('no'); }`;
  return execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' }).trim() === 'yes';
}

/** And chrt be there, and allowed. */
const mayInterrupt = mayRise && availableParallelism() > 1 && spawnSync('chrt', ['--fifo', '1', 'true']).status === 0;

/** What a thread of its own finds, so that nothing here changes the thread of the test. */
async function inThread<Seen = number>(code: string): Promise<Seen[]> {
  const worker = new Worker(`const { parentPort } = require('node:worker_threads'); const { getPriority } = require('node:os'); const seen = []; ${code}`, { eval: true });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** The built module (`npm test` builds it first): a thread of its own reads no TypeScript. */
const priority = JSON.stringify(new URL('../../dist/time/priority.js', import.meta.url).href);
const child = `Number(require('node:child_process').execFileSync(process.execPath, ['-p', 'require("node:os").getPriority()'], { encoding: 'utf8' }))`;

describe.skipIf(!mayRise)('the priority of a thread', () => {
  const usual = getPriority();

  it('is the thread’s own, and not what it starts', async () => {
    const seen = await inThread(`import(${priority}).then(({ beServedFirst, atUsualPriority }) => {
      beServedFirst();
      seen.push(getPriority(0), atUsualPriority(() => ${child}), getPriority(0));
      parentPort.postMessage(seen);
    });`);
    expect(seen).toEqual([-10, 0, -10]);
    expect(getPriority()).toBe(usual);
  });

  it('can be given up, not for what it starts, and a thread that is started then can still rise', async () => {
    const seen = await inThread(`import(${priority}).then(({ atUsualPriority, beServedFirst, beServedLast }) => {
      beServedLast();
      seen.push(getPriority(0), atUsualPriority(() => ${child}), getPriority(0));
      beServedFirst();
      seen.push(getPriority(0));
      parentPort.postMessage(seen);
    });`);
    expect(seen).toEqual([10, 0, 10, -10]);
  });

  it.skipIf(!mayInterrupt)('has the core at once when it is served first, and what it starts has not', async () => {
    const seen = await inThread<string>(`import(${priority}).then(({ atUsualPriority, beServedFirst }) => {
      const { execFileSync } = require('node:child_process');
      const policy = (thread) => execFileSync('chrt', ['--pid', thread], { encoding: 'utf8' }).match(/SCHED_\\w+/)[0];
      const own = require('node:path').basename(require('node:fs').readlinkSync('/proc/thread-self'));
      seen.push(policy(own));
      beServedFirst();
      seen.push(policy(own), atUsualPriority(() => policy('0')));
      parentPort.postMessage(seen);
    });`);
    expect(seen).toEqual(['SCHED_OTHER', 'SCHED_FIFO', 'SCHED_OTHER']);
  });
});
