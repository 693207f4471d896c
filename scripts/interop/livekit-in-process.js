// The same LiveKit agent inside the harness: `bargein run --agent ./livekit-in-process.js --clock realtime`.
import { initializeLogger, voice } from '@livekit/agents';
import { Ear, Mouth, rateHz } from './livekit-ports.js';
import { sessionSettings } from './livekit-settings.js';
import { StubLlm, StubStt, StubTts } from './livekit-stubs.js';

initializeLogger({ pretty: false, level: 'error' });

export default {
  line: { rateHz, frameMs: 20, codec: 'pcm16' },
  turns: 'unprompted',
  async connect(context) {
    const session = new voice.AgentSession({ stt: new StubStt(), llm: new StubLlm(), tts: new StubTts(), userAwayTimeout: null, ...sessionSettings() });
    const ear = new Ear();
    session.input.audio = ear;
    session.output.audio = new Mouth(context);
    session.on(voice.AgentSessionEventTypes.UserStateChanged, ({ newState }) => context.event(newState === 'speaking' ? 'vad-start' : 'vad-end'));
    session.on(voice.AgentSessionEventTypes.AgentFalseInterruption, ({ resumed }) => resumed && context.event('resume'));
    await session.start({ agent: new voice.Agent({ instructions: 'Speak.' }), record: false });
    session.generateReply({ instructions: 'Greet the caller.' });
    return { speak: async () => {}, send: (frame) => ear.hear(frame), close: () => session.close() };
  },
};
