import { joinMappings, mappingNames } from './mapping.js';
import type { FullMapping, MappingName, StageRule, TraceMapping } from './mapping.js';

const ms = (attribute: string) => ({ attribute, unit: 'ms' }) as const;
const seconds = (attribute: string) => ({ attribute, unit: 's' }) as const;

const ofEveryStage = { firstByte: [ms('audio.first_byte_ms')], total: [ms('audio.total_ms')], error: ['audio.error'] } as const;
const storyStages = [
  {
    stage: 'asr', ...ofEveryStage, partials: ['asr.partial'], finals: ['asr.final'], text: ['text', 'transcript'],
    firstPartial: [ms('audio.first_partial_ms')], final: [ms('audio.final_ms')],
  },
  { stage: 'llm', ...ofEveryStage },
  { stage: 'tts', ...ofEveryStage, chunks: ['tts.chunk'], largestGap: [ms('audio.largest_gap_ms')] },
  {
    stage: 'client', ...ofEveryStage, largestGap: [ms('audio.largest_gap_ms')],
    jitter: [ms('audio.jitter_ms')], bufferDepth: [ms('audio.buffer_depth_ms')], maxBufferDepth: [ms('audio.max_buffer_depth_ms')],
  },
  { stage: 'barge_in', ...ofEveryStage },
] as const satisfies readonly StageRule[];

const bargeIn = [{ span: 'audio.barge_in' }, { where: { 'audio.stage': 'barge_in' } }] as const;
const fromStart = (attribute: string) => bargeIn.map((span) => ({ ...span, ...ms(attribute), from: 'start' }) as const);

/**
 * Spans `audio.<stage>` with `audio.*` attributes, as `bargein run --otlp` writes them too: a barge-in span begins at the caller's onset,
 * and its attributes count from there. What an event says comes before what an attribute says.
 */
const story: TraceMapping = {
  call: ['audio.session_id'],
  turn: ['audio.turn_id'],
  intent: [{ attribute: 'bargein.intent' }],
  bargeIn,
  vad: [{ event: 'vad.speech_started' }, ...fromStart('audio.vad_detect_ms')],
  agentQuiet: [{ event: 'agent.silent' }, ...fromStart('audio.silence_ms')],
  cancel: [{ event: 'cancel' }, ...fromStart('audio.cancel_ms')],
  flush: [{ event: 'flush' }],
  stages: [...storyStages.map((rule) => ({ ...rule, where: { 'audio.stage': rule.stage } })), ...storyStages.map((rule) => ({ ...rule, span: `audio.${rule.stage}` }))],
};

/**
 * LiveKit Agents, Python and Node. Spans: livekit/agents, livekit-agents/livekit/agents/voice/agent_session.py: `user_speaking` begins
 * as the user's state becomes `speaking`, `agent_speaking` lasts as long as the agent's. Attributes: telemetry/trace_types.py, and
 * livekit/agents-js, agents/src/telemetry/trace_types.ts; times are seconds. `lk.is_interruption` is a text on `user_speaking`
 * (inference/interruption.py), and what the agent itself believes; `lk.interruption.detection_delay` is from the overlap to its decision.
 */
const livekit: TraceMapping = {
  turn: ['lk.speech_id', 'lk.generation_id'],
  intent: [{ attribute: 'lk.is_interruption', values: { true: 'interruption', false: 'backchannel' }, believed: true }],
  vad: [{ span: 'user_speaking', at: 'start' }],
  userEnd: [{ span: 'user_speaking', at: 'end' }],
  agentStart: [{ span: 'agent_speaking', at: 'start' }],
  agentQuiet: [{ span: 'agent_speaking', at: 'end' }],
  cancel: [{ span: 'user_speaking', where: { 'lk.is_interruption': 'true' }, ...seconds('lk.interruption.detection_delay'), from: 'start' }],
  agentTurn: [{ span: 'agent_turn', interrupted: 'lk.interrupted' }],
  stages: [
    { stage: 'asr', span: 'stt_node', firstByte: [seconds('lk.response.ttfb')] },
    { stage: 'asr', span: 'user_turn', final: [seconds('lk.transcription_delay')] },
    { stage: 'llm', span: 'llm_node', firstByte: [seconds('lk.response.ttft')] },
    { stage: 'tts', span: 'tts_node', firstByte: [seconds('lk.response.ttfb')] },
  ],
};

/**
 * Pipecat. pipecat-ai/pipecat, src/pipecat/utils/tracing/turn_trace_observer.py: a `turn` that the user interrupts ends as the user
 * starts to speak; one that the end of the conversation cut off says that it was interrupted too. service_attributes.py:
 * `metrics.ttfb` in seconds. Pipecat has no span or event for the bot going quiet: those below are the names of its frames
 * (BotStoppedSpeakingFrame ...), for observers that add them.
 */
const pipecat: TraceMapping = {
  call: ['conversation.id'],
  turn: ['turn.number'],
  vad: [{ span: 'turn', where: { 'turn.was_interrupted': true, 'turn.ended_by_conversation_end': false }, at: 'end', interrupts: true }],
  userEnd: [{ event: 'user_stopped_speaking' }],
  agentStart: [{ event: 'bot_started_speaking' }],
  agentQuiet: [{ event: 'bot_stopped_speaking' }],
  stages: [
    { stage: 'asr', span: 'stt', firstByte: [seconds('metrics.ttfb')] },
    { stage: 'llm', span: 'llm', firstByte: [seconds('metrics.ttfb')] },
    { stage: 'tts', span: 'tts', firstByte: [seconds('metrics.ttfb')] },
  ],
};

export const defaultMappings: Readonly<Record<MappingName, TraceMapping>> = { story, livekit, pipecat };

/** A team's own names, where it has some, and behind them the known ones that it wants. */
export function fullMapping(own: TraceMapping | null = null): FullMapping {
  const known = (own?.extends ?? mappingNames).map((name) => defaultMappings[name]);
  return joinMappings(own === null ? known : [own, ...known]);
}
