import { makeVad, warmUp } from '../vad/index.js';
import type { Agent, AgentSession, SessionContext } from '../types.js';
import type { ReferenceOptions } from './options.js';
import { ReferenceSession } from './reference-session.js';
import { withResampledEar } from './resampled-ear.js';

const narrowHz = 8000;
const wideHz = 16000;

/**
 * The built-in voice agent: an honest one, in this process. It hears the uplink and nothing else, through a real VAD, and ships its speech
 * as agents do. `paced` is `burst` where it sends ahead of real time.
 */
export class ReferenceAgent implements Agent {
  readonly inProcess = true;
  readonly paced;
  readonly line = null;
  readonly turns = 'response' as const;

  constructor(
    readonly name: string,
    readonly options: ReferenceOptions,
  ) {
    this.paced = options['tts.queueMs'] > 0 ? ('burst' as const) : ('realtime' as const);
  }

  /**
   * A VAD hears at 8 or 16 kHz; what comes at another rate is resampled for it.
   * @throws BargeinError where the VAD cannot be loaded
   */
  async connect(context: SessionContext): Promise<AgentSession> {
    const { 'vad.kind': kind, 'vad.threshold': threshold } = this.options;
    const { rateHz } = context.format;
    const earHz = rateHz === narrowHz ? narrowHz : wideHz;
    const inRealTime = context.clock.kind === 'realtime';
    if (inRealTime) await warmUp(kind, earHz);
    const vad = await makeVad(kind, earHz, { threshold, cache: !inRealTime });
    const session = new ReferenceSession(this.name, context, this.options, vad);
    return earHz === rateHz ? session : withResampledEar(session, rateHz, earHz);
  }
}
