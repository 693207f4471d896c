import { makeVad, warmUp } from '../vad/index.js';
import type { Agent, AgentSession, SessionContext } from '../types.js';
import type { ReferenceOptions } from './options.js';
import { ReferenceSession } from './reference-session.js';

/**
 * The built-in voice agent: an honest one, in this process. It hears the uplink and nothing else, through a real VAD, and ships its speech
 * as agents do. `paced` is `burst` where it sends ahead of real time.
 */
export class ReferenceAgent implements Agent {
  readonly inProcess = true;
  readonly paced;

  constructor(
    readonly name: string,
    readonly options: ReferenceOptions,
  ) {
    this.paced = options['tts.queueMs'] > 0 ? ('burst' as const) : ('realtime' as const);
  }

  /** @throws BargeinError for a line that is neither 8 nor 16 kHz, and where the VAD cannot be loaded */
  async connect(context: SessionContext): Promise<AgentSession> {
    const { 'vad.kind': kind, 'vad.threshold': threshold } = this.options;
    const { rateHz } = context.format;
    const inRealTime = context.clock.kind === 'realtime';
    if (inRealTime) await warmUp(kind, rateHz);
    const vad = await makeVad(kind, rateHz, { threshold, cache: !inRealTime });
    return new ReferenceSession(this.name, context, this.options, vad);
  }
}
