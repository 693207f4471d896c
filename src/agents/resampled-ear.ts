import { StreamResampler } from '../audio/stream-resampler.js';
import type { AgentSession } from '../types.js';

/** A session that hears at `earHz` what comes at `lineHz`: some 3 ms later, for the resampler's sake. What it says is left as it is. */
export async function withResampledEar(session: AgentSession, lineHz: number, earHz: number): Promise<AgentSession> {
  const resampler = await StreamResampler.open(lineHz, earHz);
  return {
    speak: (turn) => session.speak(turn),
    send: (frame, mediaTimeMs) => session.send(resampler.push(frame), mediaTimeMs),
    close: async () => {
      resampler.close();
      await session.close();
    },
  };
}
