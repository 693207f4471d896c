import type { Agent, AgentSession, AgentTurn, Cancel, SessionContext } from '../types.js';
import type { ProgrammedOptions } from './options.js';
import { responseOf } from './response.js';
import { Shipper } from './shipper.js';

/**
 * The calibration agent: stops a programmed time after the first sample that is not 0 arrives, which it finds itself. Has no VAD, no
 * chance and no answer, so that when it must fall silent can be written down in closed form.
 */
export class ProgrammedAgent implements Agent {
  readonly inProcess = true;
  readonly paced;
  readonly line = null;
  readonly turns = 'response' as const;

  constructor(
    readonly name: string,
    readonly options: ProgrammedOptions,
  ) {
    this.paced = options['tts.queueMs'] > 0 ? ('burst' as const) : ('realtime' as const);
  }

  async connect(context: SessionContext): Promise<AgentSession> {
    return new ProgrammedSession(this.name, context, this.options);
  }
}

class ProgrammedSession implements AgentSession {
  readonly #name: string;
  readonly #context: SessionContext;
  readonly #options: ProgrammedOptions;
  readonly #shipper: Shipper;
  #samples: Int16Array = new Int16Array(0);
  #heard = false;
  #closed = false;
  #start: Cancel = () => {};
  #stop: Cancel = () => {};

  constructor(name: string, context: SessionContext, options: ProgrammedOptions) {
    this.#name = name;
    this.#context = context;
    this.#options = options;
    this.#shipper = new Shipper(context, { chunkMs: options['tts.chunkMs'], queueMs: options['tts.queueMs'] });
  }

  async speak(turn: AgentTurn): Promise<void> {
    if (this.#closed) throw new Error('asked to speak in a session that has been closed');
    this.#samples = responseOf(this.#name, turn, this.#context);
    const { clock } = this.#context;
    this.#start();
    this.#start = clock.at(clock.now() + this.#options['programmed.leadMs'], () => {
      this.#shipper.start(this.#samples, 0, {
        started: () => this.#context.event('response-start'),
        ended: () => this.#context.event('response-end'),
      });
    });
  }

  send(frame: Int16Array): void {
    if (this.#closed || this.#heard || this.#options['programmed.never'] || frame.every((sample) => sample === 0)) return;
    this.#heard = true;
    const { clock } = this.#context;
    this.#context.event('vad-start');
    this.#stop = clock.at(clock.now() + this.#options['programmed.delayMs'], () => this.#fallSilent());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#start();
    this.#stop();
    this.#shipper.stop();
  }

  #fallSilent(): void {
    if (this.#shipper.startMs === null) return this.#start();
    this.#context.event('cancel');
    if (this.#options['programmed.fadeMs'] > 0) {
      const length = Math.round((this.#options['programmed.fadeMs'] * this.#context.format.rateHz) / 1000);
      this.#shipper.divert(fadedOut(this.#samples, this.#shipper.shippedTo, length));
      return;
    }
    this.#shipper.stop();
    if (!this.#options.flush) return;
    this.#context.flush();
    this.#context.event('flush');
  }
}

/** A copy that falls from full to nothing, linearly in amplitude, over `length` samples from `from` on, and ends there. */
function fadedOut(samples: Int16Array, from: number, length: number): Int16Array {
  const out = samples.slice(0, from + length);
  for (let i = from; i < out.length; i++) out[i] = Math.round(out[i] * (1 - (i - from) / length));
  return out;
}
