import { afterEach, describe, expect, it } from 'vitest';
import { makeAgent } from '../../src/agents/index.js';
import { throughMulaw } from '../../src/audio/g711.js';
import { listen } from '../../src/serve/server.js';
import type { SocketProtocol } from '../../src/serve/server.js';
import { HrtimeClock } from '../../src/time/index.js';
import type { Agent, AgentOptions, MediaFormat, Pcm } from '../../src/types.js';
import { speechLike } from '../fixtures/speech.js';
import { LiveSession } from './live-session.js';
import { tcpServer, webSocketServer } from './socket-servers.js';
import type { FarSide } from './socket-servers.js';

/** An agent of this process, served behind the wire. */
export interface ServedWire {
  /** What `makeAgent` takes. */
  readonly spec: string;
  close(): Promise<void>;
}

export interface WireSuite {
  start(agent: string, agentOptions: AgentOptions): Promise<ServedWire>;
  /** Options of the wire with which a served agent is reached: it waits for its response. */
  readonly options: AgentOptions;
  /** Wires over a WebSocket: the kind of the spec, a time-out option, and messages that no agent may send. */
  readonly socket: { readonly kind: string; readonly shortTimeout: AgentOptions; readonly garbage: readonly (string | Uint8Array)[] } | null;
}

/** Serves an agent of this process on a free port of this machine. */
export async function startServed(protocol: SocketProtocol, agent: string, agentOptions: AgentOptions): Promise<ServedWire> {
  const own = speechLike(8000, 300, [[0, 300]], 5);
  const served = { agent, agentOptions, clock: new HrtimeClock(), ownResponse: async (rateHz: number) => ({ ...own, rateHz }) };
  const { address, close } = await listen({ protocol, port: 0, served });
  return { spec: `${protocol}:${address}`, close };
}

const paced: AgentOptions = { 'programmed.leadMs': 0, 'tts.queueMs': 0, flush: false };
const burst: AgentOptions = { 'programmed.leadMs': 0, 'tts.chunkMs': 200, 'tts.queueMs': 600_000, flush: true };

/** What every wire must hold to, on real connections of this machine. */
export function describeWire(name: string, suite: WireSuite): void {
  describe(`the wire ${name}`, () => {
    const open: { close(): Promise<void> }[] = [];
    const closing = <T extends { close(): Promise<void> }>(made: T): T => {
      open.push(made);
      return made;
    };
    afterEach(async () => {
      for (const made of open.splice(0).reverse()) await made.close();
    });

    const served = async (agentOptions: AgentOptions): Promise<ServedWire> => closing(await suite.start('programmed', agentOptions));
    const agentAt = (spec: string, options: AgentOptions = suite.options): Promise<Agent> => makeAgent(spec, options);
    const call = async (agent: Agent): Promise<LiveSession> => {
      const live = await LiveSession.with(agent);
      closing({ close: async () => live.session?.close() });
      return live;
    };
    const asked = async (agent: Agent, response: Pcm): Promise<LiveSession> => {
      const live = await call(agent);
      await live.session?.speak({ response, prompt: null });
      return live;
    };

    it.each([
      ['paced', { ...paced, 'programmed.never': true }],
      ['in a burst', { ...burst, 'programmed.never': true }],
    ])('brings what the agent says whole and equal, %s', async (_, options) => {
      const agent = await agentAt((await served(options)).spec);
      const response = responseFor(agent.line as MediaFormat, 1);
      const live = await asked(agent, response);
      await live.until(({ samples }) => samples.length >= response.samples.length);
      expect(textOf(live.samples)).toBe(textOf(response.samples));
      expect(live.failures).toEqual([]);
    });

    it('brings what the user says: silence moves nothing, the first sample that is none stops a paced agent without a flush', async () => {
      const agent = await agentAt((await served(paced)).spec);
      const response = responseFor(agent.line as MediaFormat, 2, 2000);
      const live = await asked(agent, response);
      for (let i = 0; i < 5; i++) live.session?.send(frameOf(agent, 0), i * 20);
      await live.until(({ packets }) => packets.length >= 5);
      live.session?.send(frameOf(agent, 1000), 100);
      await silence(live);
      expect(live.samples.length).toBeGreaterThan(0);
      expect(live.samples.length).toBeLessThan(response.samples.length);
      expect(textOf(live.samples)).toBe(textOf(response.samples.subarray(0, live.samples.length)));
      expect(live.order).not.toContain('flush');
    });

    it('brings the flush that stops a burst, once, after the audio that came before it', async () => {
      const agent = await agentAt((await served(burst)).spec);
      const response = responseFor(agent.line as MediaFormat, 3);
      const live = await asked(agent, response);
      await live.until(({ samples }) => samples.length >= response.samples.length);
      expect(live.order).not.toContain('flush');
      live.session?.send(frameOf(agent, 1000), 0);
      await live.until(({ order }) => order.includes('flush') && live.events.includes('flush'));
      expect(live.order.filter((what) => what === 'flush')).toHaveLength(2);
      expect(live.order.lastIndexOf('audio')).toBeLessThan(live.order.indexOf('flush'));
    });

    it('hangs up in the middle of the speech: nothing comes after it, nothing stays open, and closing twice is no fault', async () => {
      const before = openHandles();
      const wire = await suite.start('programmed', { ...paced, 'programmed.never': true });
      const agent = await agentAt(wire.spec);
      const live = await asked(agent, responseFor(agent.line as MediaFormat, 4, 5000));
      await live.until(({ packets }) => packets.length >= 3);
      await live.session?.close();
      const { length } = live.order;
      await live.session?.close();
      live.session?.send(frameOf(agent, 1000), 0);
      await wire.close();
      expect(live.order).toHaveLength(length);
      expect(live.failures).toEqual([]);
      await settled(live, () => openHandles() <= before);
      expect(openHandles()).toBeLessThanOrEqual(before);
    });

    it('says why where the far side goes away', async () => {
      const wire = await served({ ...paced, 'programmed.never': true });
      const agent = await agentAt(wire.spec);
      const live = await asked(agent, responseFor(agent.line as MediaFormat, 5, 5000));
      await live.until(({ packets }) => packets.length >= 3);
      await wire.close();
      expect(await live.failure()).toMatch(/\w/);
      expect(live.failures).toHaveLength(1);
    });

    it('does not mix two sessions beside each other', async () => {
      const agent = await agentAt((await served({ ...paced, 'programmed.never': true })).spec);
      const responses = [6, 7].map((seed) => responseFor(agent.line as MediaFormat, seed));
      const calls = await Promise.all(responses.map((response) => asked(agent, response)));
      for (const [i, live] of calls.entries()) {
        await live.until(({ samples }) => samples.length >= responses[i].samples.length);
        expect(textOf(live.samples)).toBe(textOf(responses[i].samples));
      }
    });

    const { socket } = suite;
    if (socket === null) return;

    const dialled = async (far: FarSide): Promise<string> => {
      closing(far);
      const agent = await agentAt(`${socket.kind}:${far.address}`, { ...suite.options, ...socket.shortTimeout });
      return call(agent).then(
        (live) => live.failure(),
        (thrown: Error) => thrown.message,
      );
    };

    it('gives up on a server that never answers, and names it', async () => {
      const far = await tcpServer(null);
      expect(await dialled(far)).toContain(far.address);
    });

    it('says what a server answers that is no such agent', async () => {
      expect(await dialled(await tcpServer('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n'))).toContain('404 Not Found');
    });

    it.each(socket.garbage.map((message, i) => [i, message] as const))('ends with a reason on garbage (%i)', async (_, message) => {
      const reason = await dialled(await webSocketServer((far) => far.send(message)));
      expect(reason).toMatch(/\w/);
      expect(reason).not.toMatch(/undefined|\[object/);
    });

    it('ends with a reason where the far side hangs up at once', async () => {
      expect(await dialled(await webSocketServer((far) => far.close(4321, 'no more credit')))).toContain('no more credit');
    });
  });
}

/** Speech as this line carries it. */
function responseFor({ rateHz, codec }: MediaFormat, seed: number, lengthMs = 400): Pcm {
  const { samples } = speechLike(rateHz, lengthMs, [[0, lengthMs]], seed);
  return { rateHz, samples: codec === 'mulaw' ? throughMulaw(samples) : samples };
}

function frameOf({ line }: Agent, value: number): Int16Array {
  const { rateHz, frameMs, codec } = line as MediaFormat;
  const frame = new Int16Array((rateHz * frameMs) / 1000).fill(value);
  return codec === 'mulaw' ? throughMulaw(frame) : frame;
}

function textOf(samples: Int16Array): string {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64');
}

/** Resolves once nothing has come for several frames. */
async function silence(live: LiveSession): Promise<void> {
  for (let seen = -1; seen !== live.order.length; ) {
    seen = live.order.length;
    await later(live, 150);
  }
}

/** Looks every few ms, a hundred times at most. */
async function settled(live: LiveSession, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !holds(); i++) await later(live, 10);
}

function later({ clock }: LiveSession, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.at(clock.now() + ms, resolve));
}

/** Sockets, pipes and processes of this process. */
function openHandles(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCP|Pipe|Process/.test(name)).length;
}
