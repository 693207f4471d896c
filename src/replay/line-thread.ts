import { parentPort, workerData } from 'node:worker_threads';
import { makeAgent } from '../agents/index.js';
import { keepCallFilesIn } from '../agents/response-file.js';
import { enterChildrenIn } from '../agents/thread-children.js';
import { defaultDetectorOptions } from '../detect/options.js';
import { profileReference } from '../detect/reference.js';
import { BargeinError, messageOf } from '../errors.js';
import { beServedFirst, HrtimeClock, makeClock, StallMonitor } from '../time/index.js';
import type { Agent, Attempt, AttemptMedia, Pcm, Recording } from '../types.js';
import { failRunning, replayAttempt } from './attempt.js';
import type { ReplayOptions } from './attempt.js';
import { KeptSession } from './kept-session.js';
import type { AgentChoice, LineAnswers, LineMedia, LineOrder, LineReply, LineSetup, NumberedOrder, ReplayOrder, ResponseOrder, WarmUpOrder, WitnessedRecording } from './line-orders.js';
import { OpenSessions } from './open-sessions.js';
import { rehearse } from './rehearsal.js';
import { Witness } from './witness.js';

/** Runs all sessions of a real-time replay, and does nothing else that is heavy while any is open. */
class LineThread {
  readonly #clock = HrtimeClock.paced();
  readonly #stalls = new StallMonitor(this.#clock);
  readonly #agents = new Map<string, Promise<Agent>>();
  readonly #responses = new Map<number, Pcm>();
  readonly #open = new OpenSessions();
  readonly #kept = new Map<string, KeptSession>();
  #replaying = 0;

  constructor() {
    this.#stalls.watch(false);
  }

  get floor(): LineReply['floor'] {
    return this.#stalls.beats.figures();
  }

  async do(order: LineOrder): Promise<LineAnswers[keyof LineAnswers]> {
    switch (order.kind) {
      case 'response':
        return this.#take(order);
      case 'warm-up':
        return this.#warmUp(order);
      case 'replay':
        return this.#replay(order);
      case 'rehearse':
        return rehearse(this.#clock, order.sessions, order.forMs);
      case 'forget-floor':
        this.#stalls.forgetBeats();
        return null;
      case 'end':
        await this.#open.closeAll();
        await this.#clock.close();
        return null;
    }
  }

  #take({ response, pcm }: ResponseOrder): null {
    this.#responses.set(response, pcm);
    profileReference(pcm, defaultDetectorOptions);
    return null;
  }

  async #warmUp({ formats, ...choice }: WarmUpOrder): Promise<null> {
    const agent = await this.#agent(choice);
    for (const format of agent.inProcess ? formats : []) {
      const deaf = { audio: () => {}, flush: () => {}, event: () => {}, fail: () => {}, whenHeard: () => () => {}, playedTo: () => 0, traceparent: null };
      const session = await agent.connect({ clock: this.#clock, format, seed: 0, ...deaf });
      await session.close();
    }
    return null;
  }

  async #replay({ attempt, media, replay, startNs, session, witnessed, ...choice }: ReplayOrder): Promise<WitnessedRecording> {
    const witness = witnessed ? new Witness() : null;
    const known = await this.#agent(choice);
    const agent = session === null ? known : this.#keptOf(session).of(known);
    const given: AttemptMedia = { ...media, response: this.#responseOf(media) };
    const replayed = startNs === null ? this.#try(attempt, given, agent, replay) : this.#onTime(startNs, attempt, given, witness?.watch(agent) ?? agent, replay);
    return { recording: await replayed, witnessed: witness?.seen ?? null };
  }

  #try(attempt: Attempt, media: AttemptMedia, agent: Agent, replay: ReplayOptions): Promise<Recording> {
    return replayAttempt(attempt, media, agent, makeClock('virtual'), replay);
  }

  async #onTime(startNs: bigint, attempt: Attempt, media: AttemptMedia, agent: Agent, replay: ReplayOptions): Promise<Recording> {
    const startMs = Number(startNs - this.#clock.epochNs) / 1e6;
    await new Promise<void>((resolve) => this.#clock.at(startMs, resolve));
    if (this.#replaying++ === 0) this.#stalls.watch(true);
    try {
      return await replayAttempt(attempt, media, agent, this.#clock, { ...replay, stalls: this.#stalls });
    } finally {
      if (--this.#replaying === 0) this.#stalls.watch(false);
    }
  }

  #responseOf({ response, format }: LineMedia): Pcm {
    if (response === null) return { rateHz: format.rateHz, samples: new Int16Array(0) };
    return this.#responses.get(response) as Pcm;
  }

  #agent({ agent, options }: AgentChoice): Promise<Agent> {
    const key = JSON.stringify([agent, options]);
    const known = this.#agents.get(key) ?? makeAgent(agent, options).then((made) => this.#open.watch(made));
    this.#agents.set(key, known);
    return known;
  }

  #keptOf(name: string): KeptSession {
    const known = this.#kept.get(name) ?? new KeptSession(this.#clock);
    this.#kept.set(name, known);
    return known;
  }
}

// What an agent's code throws on its own ends the attempts that are going on, not the run.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  if (parentPort) process.on(event, (thrown) => void failRunning(thrown));
}

if (parentPort) serve(parentPort, workerData as LineSetup);

function serve(port: NonNullable<typeof parentPort>, { children, callFolder }: LineSetup): void {
  enterChildrenIn(children);
  keepCallFilesIn(callFolder);
  beServedFirst();
  const line = new LineThread();
  port.on('message', ({ number, order }: NumberedOrder) => void reply(number, order));

  async function reply(number: number, order: LineOrder): Promise<void> {
    let settled: Omit<LineReply, 'floor' | 'number'>;
    try {
      settled = { answer: await line.do(order), error: null, fault: null };
    } catch (thrown) {
      const fault = thrown instanceof BargeinError ? { message: thrown.message, hint: thrown.hint, code: thrown.code } : null;
      settled = { answer: null, error: messageOf(thrown), fault };
    }
    port.postMessage({ number, ...settled, floor: line.floor } satisfies LineReply);
  }
}
