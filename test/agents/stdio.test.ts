import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../src/agents/option-table.js';
import { stdio } from '../../src/agents/stdio.js';
import { BargeinError } from '../../src/errors.js';
import type { Agent, AgentOptions } from '../../src/types.js';
import { speechLike } from '../fixtures/speech.js';
import { isPartOf, liveCalls, LiveSession, quoted, scriptCommand } from './live-session.js';

function agentOf(command: string, options: AgentOptions = {}): Agent {
  return stdio.make('stdio:test', command, resolveOptions('stdio:test', stdio.options, {}, options));
}

const child = fileURLToPath(new URL('../fixtures/served-child.js', import.meta.url));

function served(agent: string, agentOptions: AgentOptions, options: AgentOptions = {}): Agent {
  return agentOf(`${quoted(process.execPath)} ${quoted(child)} stdio ${agent} ${quoted(JSON.stringify(agentOptions))} -`, options);
}

const call = liveCalls();

/** Until its input ends. */
const keepAlive = 'process.stdin.resume();';

describe('an agent on a pipe', () => {
  it('hears frames as 16-bit samples, and is heard as it speaks', async () => {
    const live = await call(agentOf(scriptCommand('process.stdin.pipe(process.stdout)'), { rateHz: 8000 }));
    const frame = Int16Array.from({ length: 160 }, (_, i) => (i - 80) * 400);
    live.session?.send(frame, 0);
    await live.until(({ samples }) => samples.length >= 160);
    expect([...live.samples]).toEqual([...frame]);
  });

  it('is heard to the sample, however its output is cut', async () => {
    const script = `const bytes = Buffer.from([1, 0, 2, 0, 255, 255, 0, 128]); let at = 0; const next = () => { if (at < bytes.length) process.stdout.write(bytes.subarray(at, ++at), () => setImmediate(next)); }; next(); ${keepAlive}`;
    const live = await call(agentOf(scriptCommand(script)));
    await live.until(({ samples }) => samples.length === 4);
    expect([...live.samples]).toEqual([1, 2, -1, -32768]);
  });

  it.each([
    ['crashes', 'console.error("out of memory"); process.exit(9)', 'exit code 9): out of memory'],
    ['ends early', 'process.exit(0)', 'ended by itself (exit code 0)'],
    ['ends within a sample', 'process.stdout.write(Buffer.alloc(3)); process.exitCode = 0', 'its output ends within a sample'],
    ['sends faster than real time', `process.stdout.write(Buffer.alloc(2 * 16000 * 2)); ${keepAlive}`, 'burst.limitMs 1000'],
  ])('fails with a reason where it %s', async (_, script, reason) => {
    expect(await (await call(agentOf(scriptCommand(script)))).failure()).toContain(reason);
  });

  it('may be ahead as far as it is allowed to be', async () => {
    const live = await call(agentOf(scriptCommand(`process.stdout.write(Buffer.alloc(2 * 16000 * 2)); ${keepAlive}`), { 'burst.limitMs': 3000 }));
    await live.until(({ samples }) => samples.length === 32_000);
    expect(live.failures).toEqual([]);
  });

  it('fails where it does not read', async () => {
    const live = await call(agentOf(scriptCommand('setInterval(() => {}, 1000)'), { rateHz: 48_000 }));
    const frame = new Int16Array(960);
    for (let i = 0; i < 700; i++) live.session?.send(frame, 20 * i);
    expect(await live.failure()).toContain('does not read');
  });

  it('cannot be reached where there is no such program', async () => {
    await expect(LiveSession.with(agentOf('no-such-program-here'))).rejects.toThrow('no-such-program-here');
  });

  it('is given time to start, which its first sample ends', async () => {
    const live = await call(agentOf(scriptCommand(`process.stdout.write(Buffer.from([5, 0])); ${keepAlive}`), { startMs: 100_000 }));
    await live.until(({ samples }) => samples.length === 1);
    expect([...live.samples]).toEqual([5]);
    await expect(LiveSession.with(agentOf(scriptCommand('process.exit(4)'), { startMs: 100_000 }))).rejects.toThrow('exit code 4');
  });

  it('is told of the call, and given words and names', async () => {
    const script = `const { BARGEIN_TURNS, BARGEIN_RATE_HZ, MY_NAME } = process.env; console.error([BARGEIN_TURNS, BARGEIN_RATE_HZ, MY_NAME, ...process.argv.slice(1)].join(' ')); process.exit(1)`;
    const command = `${scriptCommand(script)} -- first`;
    const live = await call(agentOf(command, { rateHz: 24_000, 'env.MY_NAME': 'x', 'arg.vad.threshold': 0.4 }));
    expect(await live.failure()).toContain('unprompted 24000 x first --vad.threshold 0.4');
  });

  it('cannot be asked in words', async () => {
    const live = await call(agentOf(scriptCommand(keepAlive), { turns: 'prompted' }));
    await expect(live.session?.speak({ response: null, prompt: 'Speak.' })).rejects.toThrow('--prompt-audio');
    await live.session?.speak({ response: null, prompt: null });
  });

  it.each([
    [{ 'env.OPENAI_API_KEY': 'sk-1' }, 'looks like a secret'],
    [{ 'arg.token': 'x' }, 'looks like a secret'],
    [{ 'env.A=B': 'x' }, "holds no '='"],
    [{ rateHz: 11_025 }, 'no whole number of samples'],
    [{ rateHz: 96_000 }, 'must be 8000 to 48000 Hz'],
  ])('refuses the options %j', (options, reason) => {
    expect(() => agentOf('node agent.js', options)).toThrow(BargeinError);
    expect(() => agentOf('node agent.js', options)).toThrow(reason);
  });

  it('leaves no file behind', async () => {
    const live = await call(agentOf(scriptCommand(`console.error(process.env.BARGEIN_RESPONSE); process.exit(1)`), { turns: 'response' }));
    const path = (await live.failure()).split(': ').at(-1) as string;
    await live.session?.speak({ response: speechLike(16_000, 100, [[10, 90]]), prompt: null });
    expect(existsSync(path)).toBe(true);
    await live.session?.close();
    expect(existsSync(path)).toBe(false);
  });
});

describe('a served agent on a pipe', () => {
  it('says the response that it is given, whole', async () => {
    const live = await call(served('programmed', { flush: true, 'tts.queueMs': 0, 'tts.chunkMs': 20 }, { turns: 'response' }));
    const response = speechLike(16_000, 700, [[20, 680]]);
    await live.session?.speak({ response, prompt: null });
    await live.until(({ samples }) => samples.length === response.samples.length);
    expect([...live.samples]).toEqual([...response.samples]);
    expect(live.failures).toEqual([]);
  });

  it('hears the caller, and takes options by the environment', async () => {
    const live = await call(served('programmed', {}, { turns: 'response', 'env.programmed.fadeMs': 100 }));
    const response = speechLike(16_000, 30_000, [[20, 29_980]]);
    await live.session?.speak({ response, prompt: null });
    await live.until(({ packets }) => packets.length > 5);
    expect(isPartOf(live.samples, response.samples)).toBe(true);
    const hush = live.talk(1000);
    // It fades out once it has heard something: only then is what it says no longer the response.
    await live.until(({ samples }) => !isPartOf(samples, response.samples));
    hush();
    expect(live.failures).toEqual([]);
  });

  it('says its own words where it is given none', async () => {
    const live = await call(served('reference:after', { 'vad.kind': 'energy' }));
    const own = speechLike(16_000, 600, [[20, 580]]);
    await live.until(({ samples }) => samples.length === own.samples.length);
    expect([...live.samples]).toEqual([...own.samples]);
  });

  it('does not mix up two calls, and says nothing once one has been closed', async () => {
    const agent = served('programmed', {}, { turns: 'response' });
    const calls = await Promise.all([call(agent), call(agent)]);
    const responses = [1, 2].map((seed) => speechLike(16_000, 4000, [[20, 3980]], seed));
    await Promise.all(calls.map((live, i) => live.session?.speak({ response: responses[i], prompt: null })));
    await Promise.all(calls.map((live) => live.until(({ packets }) => packets.length > 3)));
    await calls[0].session?.close();
    const { length } = calls[0].order;
    calls[0].session?.send(new Int16Array(320), 0);
    await calls[1].until(({ packets }) => packets.length > 12);
    expect(calls[0].order).toHaveLength(length);
    calls.forEach((live, i) => expect(isPartOf(live.samples, responses[i].samples)).toBe(true));
    expect(calls.flatMap(({ failures }) => failures)).toEqual([]);
  });

  it('says why it cannot be served', async () => {
    expect(await (await call(served('reference:after', { 'vad.kind': 'none' }))).failure()).toContain('vad.kind=none');
  });
});
