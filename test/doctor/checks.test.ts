import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram, placeOfAgent } from '../../src/agents/place.js';
import { agentCheck } from '../../src/doctor/agent.js';
import { judgeCalibration } from '../../src/doctor/calibration.js';
import { coreCheck, governorCheck, loadCheck, nodeCheck, readGovernors } from '../../src/doctor/machine.js';
import { corpusCheck, engineCheck } from '../../src/doctor/material.js';
import { resultsCheck, roomCheck } from '../../src/doctor/results.js';
import { loopCheck, timerCheck } from '../../src/doctor/timing.js';
import { makeCorpusFolder } from '../commands/corpus-folder.js';

const folder = () => mkdtempSync(join(tmpdir(), 'bargein-doctor-'));
const figures = (p50Ms: number, p99Ms: number) => ({ count: 400, p50Ms, p99Ms, maxMs: p99Ms });

describe('the machine', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['22.1.0', 'ok'],
    ['20.18.3', 'fail'],
    ['18.20.0', 'fail'],
  ])('Node %s: %s', (node, status) => expect(nodeCheck({ node }).status).toBe(status));

  it('warns of a single core, and of a load that leaves less than half of one', () => {
    expect(coreCheck({ cores: 1, cpu: 'x' })).toMatchObject({ status: 'warn', remedy: expect.stringContaining('--clock virtual') });
    expect(coreCheck({ cores: 2, cpu: 'x' })).toEqual({ name: 'cores', status: 'ok', seen: '2 cores, x' });
    expect(loadCheck({ load1: 1.5, cores: 2 }).status).toBe('ok');
    expect(loadCheck({ load1: 1.51, cores: 2 })).toMatchObject({ status: 'warn', seen: expect.stringMatching(/^load 1\.51 on 2 cores: /) });
  });

  it('reads the governor of every processor, and warns of one that clocks down', () => {
    const root = folder();
    for (const [name, governor] of [['cpu0', 'performance'], ['cpu1', 'powersave'], ['cpufreq', 'nothing']]) {
      mkdirSync(join(root, name, 'cpufreq'), { recursive: true });
      writeFileSync(join(root, name, 'cpufreq', 'scaling_governor'), `${governor}\n`);
    }
    mkdirSync(join(root, 'cpu2'));
    expect(readGovernors(root)).toEqual(['performance', 'powersave']);
    expect(readGovernors(join(root, 'missing'))).toEqual([]);
    expect(governorCheck(['performance', 'powersave'])).toMatchObject({ status: 'warn', remedy: expect.stringContaining('cpupower') });
    expect(governorCheck(['performance', 'performance']).status).toBe('ok');
    expect(governorCheck([]).status).toBe('ok');
  });
});

describe('timers', () => {
  it.each([
    ['as good as a bare spin', figures(0.01, 0.2), figures(0.001, 0.1), 'ok'],
    ['bad, but so is a bare spin', figures(0.1, 4.9), figures(0.1, 4.5), 'ok'],
    ['more than 1 ms worse than a bare spin', figures(0.1, 1.3), figures(0.001, 0.2), 'warn'],
    ['later than a frame may be', figures(0.1, 5.5), figures(0.1, 9), 'warn'],
  ])('%s', (_, paced, spin, status) => expect(timerCheck({ paced, spin }).status).toBe(status));

  it('an event loop that is late is told', () => {
    expect(loopCheck({ p99Ms: 0.4, maxMs: 30 })).toEqual({ name: 'event loop', status: 'ok', seen: 'event loop 0.40 ms late at p99, 30.00 ms at most' });
    expect(loopCheck({ p99Ms: 6, maxMs: 30 }).status).toBe('warn');
    expect(loopCheck(null).status).toBe('warn');
  });
});

describe('the material', () => {
  it('is as its manifest says, or the first clip that is not is named', async () => {
    const dir = makeCorpusFolder();
    expect(await corpusCheck(dir)).toMatchObject({ status: 'ok', seen: expect.stringMatching(/\d+ clips as the manifest says, hash [0-9a-f]{12}$/) });
    const broken = folder();
    cpSync(dir, broken, { recursive: true });
    const { clips } = JSON.parse(readFileSync(join(broken, 'manifest.json'), 'utf8')) as { clips: { file: string }[] };
    const bytes = readFileSync(join(broken, clips[0].file));
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(join(broken, clips[0].file), bytes);
    expect(await corpusCheck(broken)).toMatchObject({ status: 'fail', seen: expect.stringContaining(clips[0].file), remedy: expect.stringContaining('corpus validate') });
    expect(await corpusCheck(join(broken, 'nowhere'))).toMatchObject({ status: 'fail', seen: expect.stringContaining('does not exist') });
  });

  it('can be rendered, or the reason and the remedy are told apart', async () => {
    expect(await engineCheck(async () => ({ ok: true }))).toMatchObject({ status: 'ok' });
    const check = await engineCheck(async () => ({ ok: false, reason: 'node-web-audio-api cannot be loaded: libasound.so.2; install it' }));
    expect(check).toEqual({ name: 'audio', status: 'warn', seen: 'node-web-audio-api cannot be loaded: libasound.so.2: attempts with a condition are left out', remedy: 'install it' });
  });
});

describe('the agent', () => {
  it('is told by its spec', () => {
    expect(placeOfAgent('reference:after')).toEqual({ kind: 'in-process' });
    expect(placeOfAgent('./my-agent.ts')).toEqual({ kind: 'file', path: './my-agent.ts' });
    expect(placeOfAgent('file:///tmp/a%20b.ts')).toEqual({ kind: 'file', path: '/tmp/a b.ts' });
    expect(placeOfAgent("stdio:python 'my agent.py' -v")).toEqual({ kind: 'command', words: ['python', 'my agent.py', '-v'] });
    expect(placeOfAgent('twilio:ws://user:pass@127.0.0.1:8765/x?token=abcdef')).toEqual({ kind: 'socket', host: '127.0.0.1', port: 8765, address: '127.0.0.1:8765' });
    expect(placeOfAgent('pcm:wss://host.example/x')).toMatchObject({ port: 443 });
    expect(placeOfAgent('pcm:ws://[::1]/x')).toEqual({ kind: 'socket', host: '::1', port: 80, address: '[::1]:80' });
  });

  it('behind a socket is connected to and sent nothing; where nothing listens that is said', async () => {
    const received: string[] = [];
    const server = createServer((socket) => socket.on('data', (bytes) => received.push(bytes.toString())));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const spec = `pcm:ws://127.0.0.1:${port}/?token=secret-token`;
    const connected = new Promise((resolve) => server.once('connection', (socket) => socket.once('close', resolve)));
    expect(await agentCheck(spec, {}, {})).toEqual({ name: 'agent', status: 'ok', seen: `pcm:ws://127.0.0.1:${port}/?token=***: 127.0.0.1:${port} takes connections` });
    await connected;
    await new Promise((resolve) => server.close(resolve));
    expect(received).toEqual([]);
    expect(await agentCheck(spec, {}, {})).toMatchObject({ status: 'fail', seen: expect.stringMatching(/nothing listens there$/), remedy: expect.stringContaining('--agent') });
  });

  it('that is a command is looked up as the system does', async () => {
    const bin = folder();
    writeFileSync(join(bin, 'here'), '');
    writeFileSync(join(bin, 'not-executable'), '');
    chmodSync(join(bin, 'here'), 0o755);
    const env = { PATH: `/nowhere:${bin}` };
    expect(findProgram('here', env, 'linux')).toBe(join(bin, 'here'));
    expect(findProgram('not-executable', env, 'linux')).toBe(null);
    expect(findProgram(join(bin, 'here'), {}, 'linux')).toBe(join(bin, 'here'));
    expect(findProgram('here', {}, 'linux')).toBe(null);
    expect(await agentCheck('stdio:here --fast', {}, env)).toEqual({ name: 'agent', status: 'ok', seen: `stdio:here --fast: the program is ${join(bin, 'here')}` });
    expect(await agentCheck('stdio:gone', {}, env)).toMatchObject({ status: 'fail', seen: "stdio:gone: there is no program 'gone'" });
    for (const program of ['env', 'bun', 'python3.11']) writeFileSync(join(bin, program), '', { mode: 0o755 });
    const seen = async (command: string) => (await agentCheck(`stdio:${command}`, {}, { PATH: `${dirname(process.execPath)}:${bin}` })).seen;
    expect(await seen('node --enable-source-maps gone.mjs 8765')).toBe("stdio:node --enable-source-maps gone.mjs 8765: node would find no file 'gone.mjs'");
    expect(await seen('node gone')).toContain("node would find no file 'gone'");
    expect(await seen('env A=1 node gone.mjs')).toContain("node would find no file 'gone.mjs'");
    for (const fine of ['node package.json', 'node -e gone.js', 'node eslint.config.js', 'node eslint.config', 'node inspect gone.js', 'node --import tsx gone', 'bun run gone', 'env A=1 node package.json', 'python3.11 -m gone']) expect(await seen(fine)).toContain('the program is');
  });

  it('whose address is that of one call is shown with its host, and no command is run for it', async () => {
    const bin = folder();
    writeFileSync(join(bin, 'new-call'), `#!/bin/sh\ntouch ${join(bin, 'was-run')}\n`);
    chmodSync(join(bin, 'new-call'), 0o755);
    const options = { preset: 'ultravox', 'address.command': 'new-call' };
    expect(await agentCheck('pcm:command', options, { PATH: bin })).toEqual({ name: 'agent', status: 'ok', seen: `pcm:command: the program that gets the address of each call is ${join(bin, 'new-call')}; it was not run` });
    expect(existsSync(join(bin, 'was-run'))).toBe(false);
    expect(await agentCheck('pcm:command', options, {})).toMatchObject({ status: 'fail', seen: "pcm:command: there is no program 'new-call'", remedy: expect.stringContaining('address.command') });
    expect(await agentCheck('pcm:command', {}, {})).toMatchObject({ status: 'fail', seen: expect.stringContaining('address.command') });
    expect(await agentCheck('pcm:ws://127.0.0.1:1/7420f27a', { preset: 'vapi' }, {})).toMatchObject({ seen: 'pcm:ws://127.0.0.1:1/***: 127.0.0.1:1: nothing listens there' });
  });

  it.each([
    ['reference:afer', {}, /no preset 'afer'/],
    ['reference:after', { 'vad.treshold': 1 }, /no option 'vad\.treshold'/],
    ['twilio:http://x', {}, /http:/],
    ['./no-such-agent.ts', {}, /does not exist/],
  ])('%s with %j is a finding, not an error', async (spec, options, seen) => {
    expect(await agentCheck(spec, options, {})).toMatchObject({ status: 'fail', seen: expect.stringMatching(seen), remedy: expect.stringMatching(/./) });
  });
});

describe('results', () => {
  it('go into a folder that need not be there yet, and nothing is left of the look', () => {
    const root = folder();
    expect(resultsCheck(join(root, 'a', 'b'))).toMatchObject({ seen: expect.stringMatching(/a\/b can be written, [\d.]+ GB free/) });
    expect(readGovernors(root)).toEqual([]);
    writeFileSync(join(root, 'file'), '');
    expect(resultsCheck(join(root, 'file', 'b'))).toMatchObject({ status: 'fail', seen: expect.stringContaining('not a folder') });
  });

  it('need room', () => {
    expect(roomCheck('results', 499e6)).toMatchObject({ status: 'warn', seen: expect.stringContaining('0.5 GB free') });
    expect(roomCheck('results', 500e6).status).toBe('ok');
  });
});

describe('the calibration', () => {
  const summary = { n: 24, medianMs: 0.01, p95Ms: 0.1, maxMs: 1.6, controls: 8, falseYields: 0 };

  it('is told with its figures, or with what it missed', () => {
    expect(judgeCalibration({ passed: true, failures: [], summary })).toMatchObject({ status: 'ok', seen: 'measured stops are 0.10 ms off at p95, 1.60 ms at most (24 stops, virtual clock)' });
    expect(judgeCalibration({ passed: false, failures: ['one', 'two'], summary })).toMatchObject({ status: 'fail', seen: 'one; two' });
  });
});
