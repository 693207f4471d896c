import { afterEach } from 'vitest';
import { HrtimeClock } from '../../src/time/index.js';
import type { Agent, AgentEvent, AgentSession, Clock, MediaFormat, SessionContext } from '../../src/types.js';

/** What a session of an agent that runs elsewhere has brought, on a real clock. Tests wait for what they expect, never for a time. */
export class LiveSession {
  readonly clock: Clock;
  readonly packets: Int16Array[] = [];
  /** Everything in the order it came: `audio`, `flush`, kinds of events, `fail`. */
  readonly order: string[] = [];
  readonly events: AgentEvent['kind'][] = [];
  readonly failures: string[] = [];
  /** Marks that wait for `hearAll`. */
  readonly marks: (() => void)[] = [];
  session: AgentSession | null = null;
  /** What the agent is offered to join. */
  traceparent: string | null = null;
  #watchers: (() => void)[] = [];

  constructor(
    readonly format: MediaFormat,
    clock: Clock = new HrtimeClock(),
  ) {
    this.clock = clock;
  }

  static async with(agent: Agent, traceparent: string | null = null): Promise<LiveSession> {
    const live = new LiveSession(agent.line as MediaFormat);
    live.traceparent = traceparent;
    live.session = await agent.connect(live.context());
    return live;
  }

  context(): SessionContext {
    return {
      clock: this.clock,
      format: this.format,
      seed: 7,
      audio: (samples) => this.#note('audio', () => this.packets.push(samples)),
      flush: () => this.#note('flush', () => this.hearAll()),
      event: (kind) => this.#note(kind, () => this.events.push(kind)),
      fail: (reason) => this.#note('fail', () => this.failures.push(reason)),
      whenHeard: (run) => {
        this.marks.push(run);
        queueMicrotask(() => this.#look());
        return () => {
          const at = this.marks.indexOf(run);
          if (at >= 0) this.marks.splice(at, 1);
        };
      },
      playedTo: () => 0,
      traceparent: this.traceparent,
    };
  }

  get samples(): Int16Array {
    const out = new Int16Array(this.packets.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const packet of this.packets) {
      out.set(packet, at);
      at += packet.length;
    }
    return out;
  }

  /** Sends frames of this value in real time, until the function returned is called. */
  talk(value: number): () => void {
    const frame = new Int16Array((this.format.rateHz * this.format.frameMs) / 1000).fill(value);
    let on = true;
    const sendFrom = (dueMs: number) => {
      if (!on) return;
      this.session?.send(frame, 0);
      this.clock.at(dueMs + this.format.frameMs, () => sendFrom(dueMs + this.format.frameMs));
    };
    sendFrom(this.clock.now());
    return () => (on = false);
  }

  hearAll(): void {
    for (const run of this.marks.splice(0)) run();
  }

  /** Resolves once the condition holds, looking at it whenever something has come. */
  until(holds: (live: this) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds(this)) return;
        this.#watchers = this.#watchers.filter((watcher) => watcher !== look);
        resolve();
      };
      this.#watchers.push(look);
      look();
    });
  }

  async failure(): Promise<string> {
    await this.until(({ failures }) => failures.length > 0);
    return this.failures[0];
  }

  #note(what: string, run: () => void): void {
    this.order.push(what);
    run();
    this.#look();
  }

  #look(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

/** Whether `part` begins somewhere in `whole`, equal to the sample. */
export function isPartOf(part: Int16Array, whole: Int16Array): boolean {
  const text = (samples: Int16Array) => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('hex');
  return text(whole).includes(text(part));
}

/** A command line that runs this program text. */
export function scriptCommand(text: string): string {
  return `${quoted(process.execPath)} -e ${quoted(text)}`;
}

export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Calls that are hung up after the test that made them. */
export function liveCalls(): (agent: Agent) => Promise<LiveSession> {
  const open: LiveSession[] = [];
  afterEach(async () => {
    for (const live of open.splice(0)) await live.session?.close();
  });
  return async (agent) => {
    const live = await LiveSession.with(agent);
    open.push(live);
    return live;
  };
}
