import type { PartialMessage } from '@bufbuild/protobuf';
import { AgentSession } from '@livekit/protocol';
import { framed } from './length-frames.js';
import { Refusal } from './refusal.js';
import { fromS16le, toS16le } from './samples.js';

const { AgentSessionMessage } = AgentSession;
type Wired = InstanceType<typeof AgentSessionMessage>['message'];

/** The rate of the audio in both directions, mono. */
export const consoleRateHz = 48_000;

export type ConsoleAgentState = 'initializing' | 'idle' | 'listening' | 'thinking' | 'speaking';
export type ConsoleUserState = 'speaking' | 'listening' | 'away';

/**
 * A message between a LiveKit agent in console mode and the console that it has dialled: `livekit.agent.AgentSessionMessage` of
 * @livekit/protocol 1.52 (protobufs/agent/livekit_agent_session.proto), as far as a console has to understand it.
 */
export type ConsoleMessage =
  /** Console to agent. */
  | { readonly kind: 'audio-input'; readonly samples: Int16Array }
  | { readonly kind: 'playback-finished' }
  | { readonly kind: 'ping'; readonly requestId: string }
  | { readonly kind: 'run-input'; readonly requestId: string; readonly text: string }
  /** Agent to console. */
  | { readonly kind: 'audio-output'; readonly samples: Int16Array }
  /** The segment that has been sent is whole; the agent waits for `playback-finished`. */
  | { readonly kind: 'playback-flush' }
  /** Drop what has not been played; the agent waits for no answer any more. */
  | { readonly kind: 'playback-clear' }
  | { readonly kind: 'agent-state'; readonly from: ConsoleAgentState; readonly to: ConsoleAgentState }
  | { readonly kind: 'user-state'; readonly from: ConsoleUserState; readonly to: ConsoleUserState }
  | { readonly kind: 'false-interruption'; readonly resumed: boolean }
  | { readonly kind: 'pong'; readonly requestId: string }
  /** The answer to any other request; null: no error. */
  | { readonly kind: 'response'; readonly requestId: string; readonly error: string | null }
  /** Well-formed and of no meaning here. */
  | { readonly kind: 'other' };

/** By their numbers in the enums AgentState and UserState. */
const agentStates: readonly ConsoleAgentState[] = ['initializing', 'idle', 'listening', 'thinking', 'speaking'];
const userStates: readonly ConsoleUserState[] = ['speaking', 'listening', 'away'];

/** @throws Refusal for what is no such message, and for audio that is not 48 kHz mono in whole samples */
export function decodeConsole(bytes: Uint8Array): ConsoleMessage {
  let message: Wired;
  try {
    ({ message } = AgentSessionMessage.fromBinary(bytes));
  } catch {
    throw new Refusal(`a message of ${bytes.length} bytes is no livekit.agent.AgentSessionMessage`);
  }
  switch (message.case) {
    case 'audioInput':
      return { kind: 'audio-input', samples: samplesOf(message.value) };
    case 'audioOutput':
      return { kind: 'audio-output', samples: samplesOf(message.value) };
    case 'audioPlaybackFlush':
      return { kind: 'playback-flush' };
    case 'audioPlaybackClear':
      return { kind: 'playback-clear' };
    case 'audioPlaybackFinished':
      return { kind: 'playback-finished' };
    case 'event':
      return eventOf(message.value.event);
    case 'request': {
      const { requestId, request } = message.value;
      if (request.case === 'ping') return { kind: 'ping', requestId };
      return request.case === 'runInput' ? { kind: 'run-input', requestId, text: request.value.text } : { kind: 'other' };
    }
    case 'response': {
      const { requestId, response, error } = message.value;
      return response.case === 'pong' ? { kind: 'pong', requestId } : { kind: 'response', requestId, error: error ?? null };
    }
    case undefined:
      return { kind: 'other' };
  }
}

function eventOf(event: InstanceType<typeof AgentSession.AgentSessionEvent>['event']): ConsoleMessage {
  if (event.case === 'agentStateChanged') {
    const [from, to] = [agentStates[event.value.oldState], agentStates[event.value.newState]];
    return from && to ? { kind: 'agent-state', from, to } : { kind: 'other' };
  }
  if (event.case === 'userStateChanged') {
    const [from, to] = [userStates[event.value.oldState], userStates[event.value.newState]];
    return from && to ? { kind: 'user-state', from, to } : { kind: 'other' };
  }
  return event.case === 'agentFalseInterruption' ? { kind: 'false-interruption', resumed: event.value.resumed } : { kind: 'other' };
}

function samplesOf({ data, sampleRate, numChannels }: { data: Uint8Array; sampleRate: number; numChannels: number }): Int16Array {
  if (sampleRate !== consoleRateHz || numChannels !== 1) throw new Refusal(`audio of ${sampleRate} Hz and ${numChannels} channels: a console's is ${consoleRateHz} Hz mono`);
  return fromS16le(data);
}

/** The message behind its length, as it goes over the wire. */
export function encodeConsole(message: ConsoleMessage): Uint8Array {
  return framed(new AgentSessionMessage({ message: wiredOf(message) }).toBinary());
}

function wiredOf(message: ConsoleMessage): PartialMessage<InstanceType<typeof AgentSessionMessage>>['message'] {
  switch (message.kind) {
    case 'audio-input':
      return { case: 'audioInput', value: frameOf(message.samples) };
    case 'audio-output':
      return { case: 'audioOutput', value: frameOf(message.samples) };
    case 'playback-flush':
      return { case: 'audioPlaybackFlush', value: {} };
    case 'playback-clear':
      return { case: 'audioPlaybackClear', value: {} };
    case 'playback-finished':
      return { case: 'audioPlaybackFinished', value: {} };
    case 'agent-state':
      return { case: 'event', value: { event: { case: 'agentStateChanged', value: { oldState: agentStates.indexOf(message.from), newState: agentStates.indexOf(message.to) } } } };
    case 'user-state':
      return { case: 'event', value: { event: { case: 'userStateChanged', value: { oldState: userStates.indexOf(message.from), newState: userStates.indexOf(message.to) } } } };
    case 'false-interruption':
      return { case: 'event', value: { event: { case: 'agentFalseInterruption', value: { resumed: message.resumed } } } };
    case 'ping':
      return { case: 'request', value: { requestId: message.requestId, request: { case: 'ping', value: {} } } };
    case 'run-input':
      return { case: 'request', value: { requestId: message.requestId, request: { case: 'runInput', value: { text: message.text } } } };
    case 'pong':
      return { case: 'response', value: { requestId: message.requestId, response: { case: 'pong', value: {} } } };
    case 'response':
      return { case: 'response', value: { requestId: message.requestId, error: message.error ?? undefined } };
    case 'other':
      return { case: undefined };
  }
}

function frameOf(samples: Int16Array): { data: Uint8Array; sampleRate: number; numChannels: number; samplesPerChannel: number } {
  return { data: toS16le(samples), sampleRate: consoleRateHz, numChannels: 1, samplesPerChannel: samples.length };
}
