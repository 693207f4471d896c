// A LiveKit agent without any service: `node livekit-agent.js console --connect-addr HOST:PORT`. It speaks by itself when it is connected.
// Its voice activity detector, its interruption logic and its console protocol are the framework's own.
import { fileURLToPath } from 'node:url';
import { ServerOptions, cli, defineAgent, voice } from '@livekit/agents';
import { sessionSettings } from './livekit-settings.js';
import { StubLlm, StubStt, StubTts } from './livekit-stubs.js';

export default defineAgent({
  entry: async (job) => {
    const session = new voice.AgentSession({ stt: new StubStt(), llm: new StubLlm(), tts: new StubTts(), userAwayTimeout: null, ...sessionSettings() });
    await session.start({ agent: new voice.Agent({ instructions: 'Speak.' }), room: job.room, record: false });
    session.generateReply({ instructions: 'Greet the caller.' });
  },
});

if (process.argv[1] === fileURLToPath(import.meta.url)) cli.runApp(new ServerOptions({ agent: fileURLToPath(import.meta.url) }));
