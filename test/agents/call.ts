import { VirtualClock } from '../../src/time/index.js';
import type { Agent, AgentEvent, AgentSession, Clock, MediaFormat, Ms, Pcm, SessionContext } from '../../src/types.js';

export interface Heard {
  readonly atMs: Ms;
  readonly samples: Int16Array;
}

/** All that came from an agent in one call. */
export interface CallLog {
  readonly packets: Heard[];
  readonly events: AgentEvent[];
  readonly flushesMs: Ms[];
}

export interface CallPlan {
  readonly agent: Agent;
  readonly response: Pcm | null;
  /** What the user says, from 0 ms on; silence after it. */
  readonly uplink: Int16Array;
  readonly lengthMs: Ms;
  readonly format?: MediaFormat;
  readonly seed?: number;
  readonly speakAtMs?: Ms;
  /** Hang up here; the call is listened to until its length. */
  readonly closeAtMs?: Ms;
  readonly closeTwice?: boolean;
}

export const wideband: MediaFormat = { rateHz: 16000, frameMs: 20, codec: 'pcm16' };
export const telephone: MediaFormat = { rateHz: 8000, frameMs: 20, codec: 'mulaw' };

/** One call on the virtual clock, as plain as can be: no playout, no attempt, only frames to the agent and what it sends back. */
export async function callAgent(plan: CallPlan): Promise<CallLog> {
  const clock = new VirtualClock();
  return clock.drive(startCall(plan, clock));
}

/** The same on a clock that is driven by the caller. */
export async function startCall(plan: CallPlan, clock: Clock): Promise<CallLog> {
  const { agent, uplink, lengthMs, format = wideband, seed = 1, speakAtMs = 200, closeAtMs = lengthMs } = plan;
  const log: CallLog = { packets: [], events: [], flushesMs: [] };
  const epochMs = clock.now();
  const nowMs = () => clock.now() - epochMs;
  const context: SessionContext = {
    clock: { kind: 'virtual', now: nowMs, at: (dueMs, run) => clock.at(dueMs + epochMs, run) },
    format,
    seed,
    audio: (samples) => log.packets.push({ atMs: nowMs(), samples }),
    flush: () => log.flushesMs.push(nowMs()),
    event: (kind) => log.events.push({ kind, atMs: nowMs() }),
    fail: (reason) => {
      throw new Error(reason);
    },
    whenHeard: () => () => {},
    playedTo: () => 0,
    traceparent: null,
  };
  const frameSamples = (format.rateHz * format.frameMs) / 1000;
  const session: AgentSession = await agent.connect(context);
  let closed = false;
  const frames = Math.floor(lengthMs / format.frameMs);
  for (let index = 0; index < frames; index++) {
    clock.at(epochMs + (index + 1) * format.frameMs, () => {
      if (closed) return;
      const frame = new Int16Array(frameSamples);
      frame.set(uplink.subarray(index * frameSamples, (index + 1) * frameSamples));
      session.send(frame, index * format.frameMs);
    });
  }
  const failed = new Promise<never>((_, reject) => clock.at(epochMs + speakAtMs, () => (closed ? undefined : session.speak({ response: plan.response, prompt: null }).catch(reject))));
  const over = new Promise<void>((resolve) => {
    clock.at(epochMs + closeAtMs, async () => {
      closed = true;
      await session.close();
      if (plan.closeTwice) await session.close();
    });
    clock.at(epochMs + lengthMs, resolve);
  });
  await Promise.race([over, failed]);
  return log;
}

export function times(log: CallLog, kind: AgentEvent['kind']): Ms[] {
  return log.events.filter((event) => event.kind === kind).map(({ atMs }) => atMs);
}

/** Everything in a log, samples included, as lines: compares fast. */
export function linesOf(log: CallLog): string[] {
  return [
    ...log.packets.map(({ atMs, samples }) => `${atMs} audio ${textOf(samples)}`),
    ...log.events.map(({ atMs, kind }) => `${atMs} ${kind}`),
    ...log.flushesMs.map((atMs) => `${atMs} flush`),
  ];
}

export function textOf(samples: Int16Array): string {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64');
}

/** Where each packet lies in the response, by its buffer; null where it is something else. */
export function positions(log: CallLog, response: Pcm): (number | null)[] {
  return log.packets.map(({ samples }) => (samples.buffer === response.samples.buffer ? samples.byteOffset / 2 : null));
}

/** Samples in all packets. */
export function shippedSamples(log: CallLog): number {
  return log.packets.reduce((sum, { samples }) => sum + samples.length, 0);
}
