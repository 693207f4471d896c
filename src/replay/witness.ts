import type { Agent, Ms } from '../types.js';
import { withConnect } from './open-sessions.js';

/** What a witness saw of an attempt, on its time line; null: nothing came. */
export interface Witnessed {
  readonly onsetMs: Ms | null;
  readonly firstAudioMs: Ms | null;
}

/**
 * Sees what reaches the agent, and what comes back: when the first sample that is not silence was captured, and when the first audio
 * arrived. Independent of what the harness believes.
 */
export class Witness {
  onsetMs: Ms | null = null;
  firstAudioMs: Ms | null = null;

  get seen(): Witnessed {
    return { onsetMs: this.onsetMs, firstAudioMs: this.firstAudioMs };
  }

  watch(agent: Agent): Agent {
    return withConnect(agent, async (context) => {
      const audio = (samples: Int16Array) => {
        this.firstAudioMs ??= context.clock.now();
        context.audio(samples);
      };
      const session = await agent.connect({ ...context, audio });
      return {
        speak: (turn) => session.speak(turn),
        close: () => session.close(),
        send: (frame, mediaTimeMs) => {
          const first = this.onsetMs === null ? frame.findIndex((sample) => sample !== 0) : -1;
          if (first >= 0) this.onsetMs = mediaTimeMs + (first * 1000) / context.format.rateHz;
          session.send(frame, mediaTimeMs);
        },
      };
    });
  }
}

