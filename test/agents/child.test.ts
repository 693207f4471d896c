import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { AgentChild } from '../../src/agents/child.js';
import { ErrorLog } from '../../src/agents/error-log.js';

interface Watched {
  readonly child: AgentChild;
  readonly output: () => string;
  /** Resolves with the reason. */
  readonly gone: Promise<string>;
  readonly said: (text: string) => Promise<void>;
}

const started: AgentChild[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) await child.close();
});

function start(words: readonly string[], env: Record<string, string> = {}, hidden: string[] = []): Watched {
  let text = '';
  let look = () => {};
  let tell: (reason: string) => void = () => {};
  const gone = new Promise<string>((resolve) => (tell = resolve));
  const output = (bytes: Uint8Array) => {
    text += Buffer.from(bytes).toString();
    look();
  };
  const child = new AgentChild({ words, env, hidden }, { output, gone: tell });
  started.push(child);
  const said = (wanted: string) =>
    new Promise<void>((resolve) => {
      look = () => {
        if (text.includes(wanted)) resolve();
      };
      look();
    });
  return { child, output: () => text, gone, said };
}

const node = (script: string) => [process.execPath, '-e', script];
const idle = 'setInterval(() => {}, 1000);';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A process that has been killed stays in the table until it has been waited for. */
async function untilDead(pid: number): Promise<void> {
  while (isAlive(pid) && !isZombie(pid)) await new Promise((resolve) => setImmediate(resolve));
}

function isZombie(pid: number): boolean {
  return spawnSync('ps', ['-o', 'stat=', '-p', String(pid)]).stdout.toString().startsWith('Z');
}

describe('a program that is an agent', () => {
  it('gets its input and passes on its output', async () => {
    const { child, said } = start(node('process.stdin.pipe(process.stdout)'));
    await child.started;
    child.write(Buffer.from('hello'));
    await said('hello');
  });

  it('has its own environment besides the one there is', async () => {
    const { said } = start(node('process.stdout.write(process.env.A_NAME + (process.env.PATH ? " path" : ""))'), { A_NAME: 'a value' });
    await said('a value path');
  });

  it.each([
    [['no-such-program-here'], "there is no program 'no-such-program-here'"],
    [[fileURLToPath(import.meta.url)], "is no program that may be run"],
  ])('says why %j cannot be started', async (words, reason) => {
    const { child } = start(words);
    await expect(child.started).rejects.toThrow(reason);
    await child.close();
  });

  it.each([
    ['its exit code', 'process.exit(3)', 'exit code 3'],
    ['success, which is early', 'process.exit(0)', 'exit code 0'],
    ['the signal', 'process.kill(process.pid, "SIGSEGV")', 'killed by SIGSEGV'],
    ['its last words', 'for (let i = 0; i < 9; i++) console.error("line " + i); process.exitCode = 1', 'exit code 1): line 6 | line 7 | line 8'],
    ['what it threw', 'throw new Error("no model")', 'no model'],
  ])('says %s when it ends by itself', async (_, script, reason) => {
    expect(await start(node(script)).gone).toContain(reason);
  });

  it('never shows what is secret', async () => {
    const { gone } = start(node('console.error("key is " + process.env.X_VALUE + " and " + process.env.MY_API_KEY); process.exit(1)'), { X_VALUE: 'very-private', MY_API_KEY: 'whatever' }, ['very-private']);
    process.env.MY_API_KEY = 'sk-of-this-process';
    expect(await gone).toContain('key is *** and whatever');
    const inherited = start(node('console.error(process.env.MY_API_KEY); process.exit(1)'));
    expect(await inherited.gone).toMatch(/: \*\*\*$/);
    delete process.env.MY_API_KEY;
  });

  it('passes on all its output before it says that it has ended', async () => {
    const { output, gone } = start(node('process.stdout.write("x".repeat(300000))'));
    await gone;
    expect(output()).toHaveLength(300_000);
  });

  it('is given up when it does not read', async () => {
    const { child, gone } = start(node(idle));
    await child.started;
    for (let i = 0; i < 40; i++) child.write(Buffer.alloc(40_000));
    expect(await gone).toContain('does not read: more than 1 MB');
  });

  it('is given up when it has closed its input', async () => {
    const { child, gone, said } = start(node(`require('fs').closeSync(0); process.stdout.write('closed'); ${idle}`));
    await said('closed');
    child.write(Buffer.alloc(100));
    expect(await gone).toContain('it has closed its input');
  });

  it('ends with its input', async () => {
    const { child, said } = start(node('process.stdin.resume().on("end", () => process.exit(0)); process.stdout.write(String(process.pid) + ".")'));
    await said('.');
    await child.close();
    await child.close();
  });

  it('ends with all that it has started, whatever that does against it', async () => {
    const stubborn = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);";
    const script = `const { spawn } = require('child_process'); const own = spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}], { stdio: 'ignore' }); process.stdout.write(process.pid + ' ' + own.pid + '.'); ${idle}`;
    const { child, said, output } = start(node(script));
    await said('.');
    const pids = output().slice(0, -1).split(' ').map(Number);
    expect(pids.map(isAlive)).toEqual([true, true]);
    await child.close();
    for (const pid of pids) await untilDead(pid);
  });

  it.skipIf(process.platform !== 'linux').each([
    ['closed', idle, (child: AgentChild) => child.close()],
    ['ended by itself', 'setTimeout(() => process.exit(0), 20);', async () => {}],
  ])('leaves nothing behind that has left its group, once %s', async (_, then, end) => {
    const script = `const { spawn } = require('child_process'); const own = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore', detached: true }); own.unref(); process.stdout.write(own.pid + '.'); ${then}`;
    const { child, said, output } = start(node(script));
    await said('.');
    const pid = Number(output().slice(0, -1));
    await end(child);
    await untilDead(pid);
  });

  it('takes what it has left behind with it when it ends by itself', async () => {
    const script = `const own = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(idle)}], { stdio: 'inherit' }); process.stdout.write(own.pid + '.'); process.exit(0)`;
    const { gone, output } = start(node(script));
    await gone;
    await untilDead(Number(output().slice(0, -1)));
  });

  it('says nothing of its end once it is being closed', async () => {
    const { child, gone, said } = start(node(`process.on('SIGTERM', () => process.exit(5)); process.stdout.write('up'); ${idle}`));
    await said('up');
    await child.close();
    expect(await Promise.race([gone, child.goneWithin(50).then((told) => (told ? 'told' : 'nothing'))])).toBe('nothing');
  });
});

describe('what a program writes to stderr', () => {
  it('is kept to the last 64 KB, and told in its last lines', () => {
    const log = new ErrorLog({}, []);
    for (let i = 0; i < 5000; i++) log.push(Buffer.from(`line ${i} of many, with some words behind it\n`));
    expect(log.lastLines()).toBe('line 4997 of many, with some words behind it | line 4998 of many, with some words behind it | line 4999 of many, with some words behind it');
  });

  it('is told without colours, and at most 300 characters of it', () => {
    const log = new ErrorLog({}, []);
    log.push(Buffer.from(`\u001b[31mred\u001b[0m\r\n\n${'x'.repeat(1000)}`));
    expect(log.lastLines()).toBe(`...${'x'.repeat(300)}`);
    const short = new ErrorLog({}, []);
    short.push(Buffer.from('\u001b[31mred\u001b[0m\r\n'));
    expect(short.lastLines()).toBe('red');
  });
});
