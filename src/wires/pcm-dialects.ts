import type { AgentEvent } from '../types.js';
import type { JsonObject, Rule } from './json-rules.js';

/** How an agent that takes and sends raw samples over a WebSocket words everything else. */
export interface PcmDialect {
  /** Drop what has not been played. */
  readonly clear: Rule;
  readonly events: readonly { readonly kind: AgentEvent['kind']; readonly rule: Rule }[];
  /** Something went wrong, and where the message says what. */
  readonly error: { readonly rule: Rule; readonly path: string } | null;
  /** Where a text message holds base64 samples; null: audio comes in binary messages. */
  readonly audioPath: string | null;
  /** A text message with `$AUDIO` for base64 samples; null: audio is sent in binary messages. */
  readonly audioSend: string | null;
  /** A text message with `$PROMPT` for what the agent is asked for; null: it cannot be asked so. */
  readonly promptSend: string | null;
  /** Comes before the first message may be sent. Empty: nothing. */
  readonly welcome: Rule;
  /** The first message; null: none. */
  readonly first: ((inputHz: number, outputHz: number) => JsonObject) | null;
  /** Comes before audio may be sent. Empty: nothing. */
  readonly ready: Rule;
  /** Where a message declares a format, `pcm_` and its rate. */
  readonly formats: { readonly rule: Rule; readonly input: string; readonly output: string } | null;
  /** Audio that belongs to what was interrupted may still come: where the numbers are, of the interruption and of the audio. */
  readonly stale: { readonly interruption: string; readonly audio: string } | null;
  readonly ping: { readonly rule: Rule; readonly id: string } | null;
  /** Said before hanging up; null: nothing. */
  readonly goodbye: string | null;
  /** How the key travels, and the variable that holds it where no other is named. null: no key. */
  readonly auth: { readonly env: string; readonly header: string; readonly scheme: string; readonly required: boolean } | null;
  /** Who knows path and query of the address can join the call: they are shown nowhere. */
  readonly addressIsKey: boolean;
}

const type = (value: string): Rule => [{ path: 'type', value }];
const own: readonly AgentEvent['kind'][] = ['vad-start', 'vad-end', 'cancel', 'response-start', 'response-end', 'resume'];

/** Binary samples both ways, `{"type":"clear"}`, and the agent's own events by their names, if it cares to send any. */
const plain: PcmDialect = {
  clear: type('clear'),
  events: own.map((kind) => ({ kind, rule: type(kind) })),
  error: null,
  audioPath: null,
  audioSend: null,
  promptSend: null,
  welcome: [],
  first: null,
  ready: [],
  formats: null,
  stale: null,
  ping: null,
  goodbye: null,
  auth: null,
  addressIsKey: false,
};

/** https://docs.vapi.ai/calls/websocket-transport; user-interrupted and speech-update are among an assistant's `clientMessages`. */
const vapi: PcmDialect = {
  ...plain,
  clear: type('user-interrupted'),
  events: [
    { kind: 'vad-start', rule: [...type('speech-update'), { path: 'role', value: 'user' }, { path: 'status', value: 'started' }] },
    { kind: 'vad-end', rule: [...type('speech-update'), { path: 'role', value: 'user' }, { path: 'status', value: 'stopped' }] },
    { kind: 'response-start', rule: [...type('speech-update'), { path: 'role', value: 'assistant' }, { path: 'status', value: 'started' }] },
  ],
  goodbye: '{"type":"hangup"}',
  addressIsKey: true,
};

/**
 * https://developers.deepgram.com/docs/voice-agent-message-flow: Welcome, Settings, SettingsApplied, then audio. UserStartedSpeaking asks
 * the client to drop what it has (docs/voice-agent-user-started-speaking).
 */
const deepgram: PcmDialect = {
  ...plain,
  clear: type('UserStartedSpeaking'),
  events: [
    { kind: 'vad-start', rule: type('UserStartedSpeaking') },
    { kind: 'response-start', rule: type('AgentStartedSpeaking') },
    { kind: 'response-end', rule: type('AgentAudioDone') },
  ],
  error: { rule: type('Error'), path: 'description' },
  promptSend: '{"type":"InjectUserMessage","content":"$PROMPT"}',
  welcome: type('Welcome'),
  first: (inputHz, outputHz) => ({
    type: 'Settings',
    audio: { input: { encoding: 'linear16', sample_rate: inputHz }, output: { encoding: 'linear16', sample_rate: outputHz, container: 'none' } },
    agent: {
      listen: { provider: { type: 'deepgram', model: 'nova-3' } },
      think: { provider: { type: 'open_ai', model: 'gpt-4o-mini' } },
      speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } },
    },
  }),
  ready: type('SettingsApplied'),
  auth: { env: 'DEEPGRAM_API_KEY', header: 'Authorization', scheme: 'Token', required: true },
};

/** https://docs.ultravox.ai/apps/websockets and /apps/datamessages; the join URL of a `serverWebSocket` call is the whole authorisation. */
const ultravox: PcmDialect = {
  ...plain,
  clear: type('playback_clear_buffer'),
  events: [{ kind: 'response-start', rule: [...type('state'), { path: 'state', value: 'speaking' }] }],
  promptSend: '{"type":"user_text_message","text":"$PROMPT"}',
  addressIsKey: true,
};

/**
 * https://elevenlabs.io/docs/conversational-ai/api-reference/conversational-ai/websocket: base64 both ways, pings that want an answer. A
 * client plays no audio whose number is not above that of the last interruption.
 */
const elevenlabs: PcmDialect = {
  ...plain,
  clear: type('interruption'),
  events: [],
  error: { rule: type('client_error'), path: 'client_error_event.message' },
  audioPath: 'audio_event.audio_base_64',
  audioSend: '{"user_audio_chunk":"$AUDIO"}',
  promptSend: '{"type":"user_message","text":"$PROMPT"}',
  first: () => ({ type: 'conversation_initiation_client_data' }),
  ready: type('conversation_initiation_metadata'),
  formats: {
    rule: type('conversation_initiation_metadata'),
    input: 'conversation_initiation_metadata_event.user_input_audio_format',
    output: 'conversation_initiation_metadata_event.agent_output_audio_format',
  },
  stale: { interruption: 'interruption_event.event_id', audio: 'audio_event.event_id' },
  ping: { rule: type('ping'), id: 'ping_event.event_id' },
  auth: { env: 'ELEVENLABS_API_KEY', header: 'xi-api-key', scheme: '', required: false },
};

export const pcmDialects = { none: plain, vapi, deepgram, ultravox, elevenlabs } as const satisfies Readonly<Record<string, PcmDialect>>;
export type PcmPreset = keyof typeof pcmDialects;
export const pcmPresets = Object.keys(pcmDialects) as PcmPreset[];
