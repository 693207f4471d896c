import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { livekitConsole } from '../../src/agents/livekit-console.js';
import { resolveOptions } from '../../src/agents/option-table.js';
import type { Agent, AgentOptions } from '../../src/types.js';
import { encodeConsole } from '../../src/wires/livekit-console.js';
import type { ConsoleMessage } from '../../src/wires/livekit-console.js';
import { speechLike } from '../fixtures/speech.js';
import { isPartOf, liveCalls, LiveSession, quoted, scriptCommand } from './live-session.js';
import { describeWire } from './wire-conformance.js';

const rateHz = 48_000;

function agentOf(command: string, options: AgentOptions = {}): Agent {
  return livekitConsole.make('livekit-console:test', command, resolveOptions('livekit-console:test', livekitConsole.options, {}, options));
}

const child = fileURLToPath(new URL('../fixtures/served-child.js', import.meta.url));

function served(agent: string, agentOptions: AgentOptions, options: AgentOptions = {}): Agent {
  return agentOf(`${quoted(process.execPath)} ${quoted(child)} livekit-console ${agent} ${quoted(JSON.stringify(agentOptions))} -`, options);
}

/** An agent that dials in, sends this, and then does what its text says: `socket` is the connection, `finished(run)` calls on each answer. */
function scripted(first: readonly ConsoleMessage[], then = '', options: AgentOptions = {}): Agent {
  const script = `
    const [host, port] = process.argv[2].split(':');
    const send = (hex) => socket.write(Buffer.from(hex, 'hex'));
    const finished = (run) => socket.on('data', (bytes) => { if (bytes.includes(Buffer.from('0000000242' + '00', 'hex'))) run(); });
    const socket = require('net').connect(Number(port), host, () => { send('${hexOf(...first)}'); ${then} });
    socket.on('data', () => {}).on('error', () => {}).on('close', () => process.exit(0));`;
  return agentOf(`${scriptCommand(script)} --`, options);
}

function hexOf(...messages: readonly ConsoleMessage[]): string {
  return messages.map((message) => Buffer.from(encodeConsole(message)).toString('hex')).join('');
}

const listening: ConsoleMessage = { kind: 'agent-state', from: 'initializing', to: 'listening' };
const audio: ConsoleMessage = { kind: 'audio-output', samples: Int16Array.of(1, 2, 3) };
const resumed: ConsoleMessage = { kind: 'false-interruption', resumed: true };

const call = liveCalls();

describeWire('livekit-console', {
  start: async (agent, agentOptions) => {
    const endFile = join(mkdtempSync(join(tmpdir(), 'bargein-test-')), 'end');
    const words = [process.execPath, child, 'livekit-console', agent, JSON.stringify(agentOptions), endFile];
    return { spec: `livekit-console:${words.map(quoted).join(' ')}`, close: async () => writeFileSync(endFile, '') };
  },
  options: { turns: 'response' },
  socket: null,
});

describe('a served agent that dials a console', () => {
  it('says the response that it is given, whole, and says when it begins and ends', async () => {
    const live = await call(served('programmed', { 'tts.queueMs': 400 }, { turns: 'response' }));
    const response = speechLike(rateHz, 700, [[20, 680]]);
    await live.session?.speak({ response, prompt: null });
    await live.until(({ events }) => events.includes('response-end'));
    expect([...live.samples]).toEqual([...response.samples]);
    expect(live.events).toEqual(['response-start', 'response-end']);
    expect(live.marks).toHaveLength(1);
    expect(live.failures).toEqual([]);
  });

  it('hears the caller, and has dropped what has not been heard', async () => {
    const live = await call(served('programmed', { flush: true, 'tts.queueMs': 2000 }, { turns: 'response' }));
    const response = speechLike(rateHz, 20_000, [[20, 19_980]]);
    await live.session?.speak({ response, prompt: null });
    await live.until(({ packets }) => packets.length > 5);
    const hush = live.talk(1000);
    await live.until(({ order }) => order.includes('flush'));
    hush();
    expect(isPartOf(live.samples, response.samples)).toBe(true);
    expect(live.order.filter((what) => what !== 'audio')).toEqual(['response-start', 'vad-start', 'flush', 'flush']);
    expect(live.failures).toEqual([]);
  });

  it('says its own words where it is given none, once it is asked if it is to be asked', async () => {
    const own = speechLike(rateHz, 600, [[20, 580]]);
    const options = { 'vad.kind': 'energy' };
    const [unprompted, prompted] = await Promise.all([call(served('reference:after', options)), call(served('reference:after', options, { turns: 'prompted' }))]);
    await unprompted.until(({ samples }) => samples.length === own.samples.length);
    expect([...unprompted.samples]).toEqual([...own.samples]);
    expect(prompted.packets).toEqual([]);
    await prompted.session?.speak({ response: null, prompt: 'Tell me something.' });
    await prompted.until(({ samples }) => samples.length === own.samples.length);
    expect([...prompted.samples]).toEqual([...own.samples]);
  });
});

describe('an agent in console mode', () => {
  it('is heard from the moment the call has begun, also where it speaks with its first breath', async () => {
    const live = await call(scripted([audio, listening, audio]));
    expect(live.packets).toEqual([]);
    await live.until(({ packets }) => packets.length === 2);
    expect([...live.samples]).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it('is told where to dial in the place that it names, else at the end', async () => {
    const script = (word: number) => `const [host, port] = process.argv[${word}].split(':'); require('net').connect(Number(port), host, function () { this.write(Buffer.from('${hexOf(listening)}', 'hex')); }).on('close', () => process.exit(0)).resume()`;
    await call(agentOf(`${scriptCommand(script(1))} -- {addr} last`));
    await call(agentOf(`${scriptCommand(script(3))} -- first`, { 'arg.name': 'x' }));
  });

  it('has a flush answered once all before it has been heard', async () => {
    const live = await call(scripted([listening, audio, { kind: 'playback-flush' }], `finished(() => send('${hexOf(resumed)}'));`));
    await live.until(({ marks }) => marks.length === 1);
    expect(live.events).toEqual(['response-end']);
    live.hearAll();
    await live.until(({ events }) => events.includes('resume'));
  });

  it('gets no answer to what it has cleared', async () => {
    const messages: ConsoleMessage[] = [listening, audio, { kind: 'playback-flush' }, { kind: 'playback-clear' }, { kind: 'playback-flush' }];
    const live = await call(scripted(messages, `finished(() => send('${hexOf(resumed, audio)}'));`));
    await live.until(({ order, marks }) => order.includes('flush') && marks.length === 1);
    live.hearAll();
    await live.until(({ packets }) => packets.length === 2);
    expect(live.order).toEqual(['audio', 'response-end', 'flush', 'flush', 'resume', 'audio']);
  });

  it('says what it believes of itself and of the caller', async () => {
    const states: ConsoleMessage[] = [
      listening,
      { kind: 'user-state', from: 'listening', to: 'speaking' },
      { kind: 'user-state', from: 'speaking', to: 'listening' },
      { kind: 'user-state', from: 'listening', to: 'away' },
      { kind: 'agent-state', from: 'thinking', to: 'speaking' },
      { kind: 'agent-state', from: 'speaking', to: 'listening' },
      { kind: 'false-interruption', resumed: false },
      { kind: 'other' },
      audio,
    ];
    const live = await call(scripted(states));
    await live.until(({ packets }) => packets.length === 1);
    expect(live.events).toEqual(['vad-start', 'vad-end', 'response-start']);
  });

  it('is asked in words, and may refuse', async () => {
    const refusal: ConsoleMessage = { kind: 'response', requestId: 'bargein-2', error: 'no model' };
    const live = await call(scripted([listening], `socket.on('data', (bytes) => { if (bytes.includes('Please.')) send('${hexOf(refusal)}'); });`, { turns: 'prompted' }));
    await live.session?.speak({ response: null, prompt: 'Please.' });
    expect(await live.failure()).toBe('the agent refused what it was asked: no model');
  });

  it.each([
    ['hangs up', 'socket.removeAllListeners("close"); socket.end(); process.stdin.resume();', 'the agent has closed the connection'],
    ['hangs up within a message', 'socket.removeAllListeners("close"); socket.end(Buffer.from([0, 0, 0, 9, 1])); process.stdin.resume();', 'the agent has closed the connection within a message'],
    ['crashes', 'console.error("no memory"); process.exit(7);', 'exit code 7): no memory'],
    ['sends what is no message', 'send("00000003ffffff");', 'is no livekit.agent.AgentSessionMessage'],
    ['sends a length beyond the limit', 'send("ffffffff00");', 'more than 16 MB'],
    ['sends audio of another rate', 'send("0000000e120c0a02018010c0bb0118012001");', 'audio of 24000 Hz'],
    ['sends more than a console has room for', `for (let i = 0; i < 300; i++) send('${hexOf({ kind: 'audio-output', samples: new Int16Array(1000) })}'.repeat(48));`, 'ahead of real time'],
  ])('fails with a reason where it %s', async (_, then, reason) => {
    // What comes together with its first word keeps the call from beginning.
    const seen = await call(scripted([listening], then)).then(
      (live) => live.failure(),
      (thrown: Error) => thrown.message,
    );
    expect(seen).toContain(reason);
  });

  it('fails where it does not read', async () => {
    const live = await call(scripted([listening], 'socket.removeAllListeners("data"); socket.pause(); process.stdin.resume();'));
    const frame = new Int16Array(960);
    while (live.failures.length === 0) {
      live.session?.send(frame, 0);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(live.failures[0]).toContain('does not read');
  });

  it.each([
    ['ends before it has dialled', 'console.error("usage: console"); process.exit(2)', 'exit code 2): usage: console'],
    ['never dials', 'process.stdin.resume()', 'waiting for the agent to dial in'],
    ['dials and says nothing', "const [host, port] = process.argv[2].split(':'); require('net').connect(Number(port), host).resume(); process.stdin.resume()", 'waiting for the agent to dial in'],
  ])('cannot be reached where it %s', async (_, script, reason) => {
    const agent = agentOf(`${scriptCommand(script)} --`, { 'connect.timeoutMs': 2000 });
    await expect(LiveSession.with(agent)).rejects.toThrow(reason);
  });

  it('cannot be reached where there is no such program', async () => {
    await expect(LiveSession.with(agentOf('no-such-program-here'))).rejects.toThrow("no program 'no-such-program-here'");
  });
});
