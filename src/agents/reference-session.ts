import type { Vad } from '../vad/index.js';
import type { AgentSession, AgentTurn, Cancel, Ms, SessionContext } from '../types.js';
import { DecisionDelay } from './decision.js';
import { Hearing } from './hearing.js';
import type { ReferenceOptions } from './options.js';
import { replyFrom, responseOf } from './response.js';
import { Shipper } from './shipper.js';

/** What was being said when the user interrupted, the sample it would go on from, and how long the user spoke in all. */
interface Interruption {
  readonly samples: Int16Array;
  readonly from: number;
  userMs: Ms;
}

/** What is being said, the sample it began at, and when. */
interface Saying {
  readonly samples: Int16Array;
  readonly from: number;
  readonly startMs: Ms;
}

const nothing: Cancel = () => {};

/**
 * One call of the reference agent. All it knows of the user is what its VAD makes of the uplink.
 *
 * start of speech -> (rest of the guard) -> decision delay -> cancel: shipping stops, and with `flush` the client drops the queue. After
 * the end of the speech: the response goes on if the interruption was short and resuming is on; else a reply.
 */
export class ReferenceSession implements AgentSession {
  readonly #context: SessionContext;
  readonly #options: ReferenceOptions;
  readonly #delay: DecisionDelay;
  readonly #hearing: Hearing;
  readonly #shipper: Shipper;
  readonly #name: string;
  #response: Int16Array = new Int16Array(0);
  /** null before the first chunk and after a cancel. */
  #saying: Saying | null = null;
  #interruption: Interruption | null = null;
  /** Waiting to speak: for the first chunk, to go on, or to reply. */
  #speech: Cancel = nothing;
  /** Waiting for the end of the guard or of the decision. */
  #decision: Cancel | null = null;
  #closed = false;

  constructor(name: string, context: SessionContext, options: ReferenceOptions, vad: Vad) {
    this.#name = name;
    this.#context = context;
    this.#options = options;
    this.#delay = new DecisionDelay(context.seed, options);
    const rules = { threshold: options['vad.threshold'], minSpeechMs: options['vad.minSpeechMs'], minSilenceMs: options['vad.minSilenceMs'] };
    this.#hearing = new Hearing(context, vad, rules, (change) => (change === 'start' ? this.#userStarts() : this.#userEnds()));
    this.#shipper = new Shipper(context, { chunkMs: options['tts.chunkMs'], queueMs: options['tts.queueMs'] });
  }

  async speak(turn: AgentTurn): Promise<void> {
    if (this.#closed) throw new Error('asked to speak in a session that has been closed');
    this.#response = responseOf(this.#name, turn, this.#context);
    this.#beSilent();
    this.#interruption = null;
    this.#in(this.#options['tts.firstChunkMs'], () => this.#say(this.#response, 0, 'response-start'));
  }

  send(frame: Int16Array): void {
    this.#hearing.hear(frame);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#hearing.close();
    this.#beSilent();
  }

  #userStarts(): void {
    this.#context.event('vad-start');
    // Words between an interruption and what was to follow it: that waits for their end.
    if (this.#interruption) this.#speech();
    this.#consider();
  }

  #userEnds(): void {
    this.#context.event('vad-end');
    this.#followUp();
  }

  /**
   * The user has started: decides on an interruption, if the agent is speaking, after the guard. Speech that was there before the agent
   * spoke is none: it was asked to speak all the same.
   */
  #consider(): void {
    if (!this.#saying || this.#decision) return;
    const { clock } = this.#context;
    const guardEndMs = this.#saying.startMs + this.#options['guard.ms'];
    if (clock.now() < guardEndMs) {
      this.#decision = clock.at(guardEndMs, () => {
        this.#decision = null;
        if (this.#hearing.speaking) this.#decide();
      });
    } else this.#decide();
  }

  #decide(): void {
    const { clock } = this.#context;
    this.#decision = clock.at(clock.now() + this.#delay.next(), () => {
      this.#decision = null;
      this.#cancel();
    });
  }

  #cancel(): void {
    if (!this.#saying || this.#isHeardToTheEnd(this.#saying)) return;
    const { samples } = this.#saying;
    const from = this.#options.flush ? this.#shipper.heardTo() : this.#shipper.shippedTo;
    this.#interruption = { samples, from, userMs: 0 };
    this.#beSilent();
    this.#context.event('cancel');
    if (this.#options.flush) {
      this.#context.flush();
      this.#context.event('flush');
    }
    if (!this.#hearing.speaking) this.#followUp();
  }

  /** After the user's words: goes on, or replies. */
  #followUp(): void {
    const interruption = this.#interruption;
    if (!interruption) return;
    interruption.userMs += this.#hearing.speechMs;
    const { 'resume.afterMs': resumeMs, 'resume.maxSpeechMs': maxMs, 'reply.afterMs': replyMs } = this.#options;
    const { samples, from } = interruption;
    if (resumeMs > 0 && interruption.userMs < maxMs) {
      if (from < samples.length) this.#in(resumeMs, () => this.#say(samples, from, 'resume'));
    } else if (replyMs > 0) {
      this.#in(replyMs, () => this.#say(replyFrom(this.#response, this.#context.format.rateHz, this.#context.seed), 0, 'response-start'));
    }
  }

  #say(samples: Int16Array, from: number, event: 'response-start' | 'resume'): void {
    this.#interruption = null;
    this.#saying = { samples, from, startMs: this.#context.clock.now() };
    this.#shipper.start(samples, from, {
      started: () => this.#context.event(event),
      ended: () => this.#context.event('response-end'),
    });
  }

  /** As far as the agent can know: a client that plays at once has played it all. */
  #isHeardToTheEnd({ samples, from, startMs }: Saying): boolean {
    const lengthMs = ((samples.length - from) * 1000) / this.#context.format.rateHz;
    return this.#context.clock.now() >= startMs + lengthMs;
  }

  #beSilent(): void {
    this.#speech();
    this.#decision?.();
    this.#decision = null;
    this.#shipper.stop();
    this.#saying = null;
  }

  #in(delayMs: Ms, run: () => void): void {
    const { clock } = this.#context;
    this.#speech();
    this.#speech = clock.at(clock.now() + delayMs, run);
  }
}
