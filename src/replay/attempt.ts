import { activeStretches, dbfsToAmplitude } from '../audio/activity.js';
import type { ActivityLevels } from '../audio/activity.js';
import { throughMulaw } from '../audio/g711.js';
import { PlayoutBuffer } from '../audio/playout.js';
import { defaultDetectorOptions, referenceHangoverMs } from '../detect/options.js';
import { profileReference } from '../detect/reference.js';
import { scrubbed } from '../agents/secrets.js';
import { messageOf } from '../errors.js';
import { randomFrom, ScopedClock, seedOf, unlessStuck } from '../time/index.js';
import type { DrivenClock, StallMonitor } from '../time/index.js';
import type { Agent, AgentEvent, AgentSession, Attempt, AttemptMedia, Cancel, Ms, Packet, Pcm, Recording, SessionContext, TraceIds } from '../types.js';
import { HeardMarks } from './heard-marks.js';
import { listenUntil } from './listening.js';
import { makeLine } from './network.js';
import { OnsetFinder } from './onset-finder.js';
import { freshTrace, traceparentOf } from './trace-ids.js';
import { Uplink } from './uplink.js';
import type { MixedFrames } from './uplink.js';

export interface ReplayOptions {
  /** Target depth of the playout buffer, ms. */
  readonly playoutMs: Ms;
  /** Uplink before the agent is asked to speak, ms; with a noise bed the agent's VAD has this long to get used to it. */
  readonly leadInMs: Ms;
  readonly bedLeadInMs: Ms;
  /** Observed after the user's last active sample, ms. */
  readonly windowMs: Ms;
  /** Observed after the agent has gone quiet, ms. */
  readonly resumeMs: Ms;
  /** An agent silent for this long after it was asked has not spoken, ms. */
  readonly speechTimeoutMs: Ms;
  /** The attempt is given up after this, ms. */
  readonly attemptTimeoutMs: Ms;
  /** Length of the device's steps, ms. */
  readonly quantumMs: Ms;
  /** Watches the thread in real time; null on the virtual clock. */
  readonly stalls: StallMonitor | null;
  /** What earlier replays of the same attempt with the same media have mixed; null: keep none. */
  readonly mixed: MixedFrames | null;
}

export const defaultReplayOptions: ReplayOptions = {
  playoutMs: 40,
  leadInMs: 200,
  bedLeadInMs: 1500,
  windowMs: 3000,
  resumeMs: 4000,
  speechTimeoutMs: 10_000,
  attemptTimeoutMs: 120_000,
  quantumMs: 10,
  stalls: null,
  mixed: null,
};

/** Where the level of the agent is not known beforehand, it is audible above this, dBFS. */
const unknownLevels: ActivityLevels = { releaseDbfs: -50, hysteresisDb: 3 };

/** How long the onset is put off for an agent whose speech is not known, and how long that must have been audible. */
const slipLimitMs = 1000;
const slipStepMs = 20;
const audibleBeforeMs = 100;
const dipMs = 20;

/** An agent that sends so much more than can have been heard floods the client, ms. */
const floodMs = 600_000;
/** Packets, flushes and events: so many at once, and so many more with each ms. */
const messagesAtOnce = 20_000;
const messagesPerMs = 0.5;

/** The longest pause of an agent whose speech is not known, and what a pause may exceed its expected length by, ms. */
const longestPauseMs = 1500;
const pauseSlackMs = 50;

/**
 * Replays one attempt against one session of an agent: the only place that waits. Never throws for what the agent does:
 * that is recorded in `error`.
 */
export async function replayAttempt(
  attempt: Attempt,
  media: AttemptMedia,
  agent: Agent,
  clock: DrivenClock,
  options: ReplayOptions,
): Promise<Recording> {
  const replay = new AttemptReplay(attempt, media, clock, options);
  return clock.drive(replay.run(agent));
}

/** Ways to end the attempts that are going on in this thread. */
const running = new Set<(thrown: unknown) => void>();

/**
 * Ends every attempt that is going on in this thread as errored: something was thrown that belongs to no call, as the code of an agent
 * may. Nobody can say whose it was.
 * @returns whether there was any
 */
export function failRunning(thrown: unknown): boolean {
  for (const fail of [...running]) fail(thrown);
  return running.size > 0;
}

class AttemptReplay {
  readonly #attempt: Attempt;
  readonly #media: AttemptMedia;
  readonly #options: ReplayOptions;
  readonly #outer: DrivenClock;
  #clock: ScopedClock;
  readonly #playout: PlayoutBuffer;
  readonly #marks: HeardMarks;
  readonly #uplink: Uplink;
  readonly #finder: OnsetFinder;
  readonly #levels: ActivityLevels;
  readonly #longestPauseMs: Ms;
  readonly #packets: Packet[] = [];
  readonly #flushes: { atMs: Ms; afterPackets: number }[] = [];
  readonly #events: AgentEvent[] = [];
  readonly #latenessMs: number[] = [];
  #injected: Recording['injected'] = null;
  #smallestOffsetMs: Ms | null = null;
  #frames = 0;
  #received = 0;
  #heardOf = 0;
  #searching = true;
  /** When a question has been asked: the agent's speech is looked for in what comes from then on. And how many samples came before. */
  #answerFromMs: Ms = 0;
  #unasked = 0;
  readonly #trace: TraceIds | null;
  /** What an agent sends before the line is up; null once it is. */
  #early: (() => void)[] | null = [];
  #done: () => void = () => {};
  #error: string | null = null;

  constructor(attempt: Attempt, media: AttemptMedia, clock: DrivenClock, options: ReplayOptions) {
    this.#attempt = attempt;
    this.#media = media;
    this.#options = options;
    this.#outer = clock;
    this.#trace = clock.kind === 'virtual' ? null : freshTrace();
    this.#clock = new ScopedClock(clock, (thrown) => this.#fail(thrown));
    const phaseMs = randomFrom(seedOf(attempt.seed, 'device'))() * options.quantumMs;
    this.#playout = new PlayoutBuffer(media.format.rateHz, { targetMs: options.playoutMs, quantumMs: options.quantumMs, phaseMs });
    this.#marks = new HeardMarks(this.#playout, { now: () => this.#clock.now(), at: (dueMs, run) => this.#clock.at(dueMs, run) });
    this.#uplink = new Uplink(media, this.#playout, options.mixed);
    const profile = media.response.samples.length > 0 ? profileReference(media.response, defaultDetectorOptions) : null;
    this.#levels = profile?.levels ?? unknownLevels;
    this.#longestPauseMs = Math.max(profile?.longestPauseMs ?? longestPauseMs, referenceHangoverMs);
    this.#finder = new OnsetFinder(media.format.rateHz, this.#levels);
  }

  get #askedMs(): Ms {
    return this.#media.bed ? this.#options.bedLeadInMs : this.#options.leadInMs;
  }

  /** Whether what the agent says is known beforehand. */
  get #known(): boolean {
    return this.#media.response.samples.length > 0;
  }

  async run(agent: Agent): Promise<Recording> {
    const over = new Promise<void>((resolve) => (this.#done = resolve));
    let session: AgentSession | null = null;
    const fail = (thrown: unknown) => this.#fail(thrown);
    running.add(fail);
    try {
      const connecting = agent.connect(this.#context());
      session = await unlessStuck(connecting, this.#options.attemptTimeoutMs, 'connecting').catch((thrown: unknown) => {
        // A session that comes about after all is nobody's.
        connecting.then((late) => late.close()).catch(() => {});
        throw thrown;
      });
      // Zero of the attempt's time line: the line is up, the first sample is captured now.
      this.#clock.close();
      this.#clock = new ScopedClock(this.#outer, (thrown) => this.#fail(thrown));
      this.#startTimers(session);
      this.#takeEarly();
      await over;
    } catch (thrown) {
      this.#fail(thrown);
    }
    running.delete(fail);
    const endMs = this.#clock.now();
    this.#clock.close();
    if (session) await unlessStuck(session.close(), this.#options.attemptTimeoutMs, 'hanging up').catch((thrown: unknown) => this.#fail(thrown));
    return this.#record(endMs);
  }

  #context(): SessionContext {
    const now = () => this.#clock.now();
    const line = makeLine({ kind: this.#outer.kind, now, at: (due, run) => this.#clock.at(due, run) }, this.#media.jitter, this.#attempt.seed, 'down');
    const down = (deliver: () => void) => (this.#early === null ? line(deliver) : void this.#early.push(() => line(deliver)));
    return {
      clock: { kind: this.#outer.kind, now, at: (due, run) => this.#clock.at(due, run) },
      format: this.#media.format,
      seed: this.#attempt.seed,
      audio: (samples) => down(() => this.#receive(samples)),
      flush: () => down(() => this.#flush()),
      event: (kind) => down(() => this.#event(kind)),
      fail: (reason) => this.#fail(new Error(reason)),
      // A mark takes the way of the audio before it.
      whenHeard: (run) => {
        let cancel: Cancel = () => {};
        let off = false;
        down(() => {
          if (!off) cancel = this.#marks.add(run);
        });
        return () => {
          off = true;
          cancel();
        };
      },
      playedTo: () => this.#marks.playedTo(),
      traceparent: this.#trace && traceparentOf(this.#trace),
    };
  }

  /** What came while the connection was being made came when the line was up. */
  #takeEarly(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const deliver of early) deliver();
  }

  #startTimers(session: AgentSession): void {
    const up = makeLine(this.#clock, this.#media.jitter, this.#attempt.seed, 'up');
    const { frameMs } = this.#media.format;
    const sendNext = () => {
      const index = this.#frames++;
      const frame = this.#uplink.frame(index);
      this.#latenessMs.push(this.#clock.now() - (index + 1) * frameMs);
      up(() => session.send(frame, index * frameMs));
      this.#clock.at((index + 2) * frameMs, sendNext);
    };
    this.#clock.at(frameMs, sendNext);
    const speakMs = this.#askedMs;
    const { prompt, response } = this.#media;
    const turn = { response: this.#known ? response : null, prompt: prompt?.text ?? null };
    this.#clock.at(speakMs, () => unlessStuck(session.speak(turn), this.#options.attemptTimeoutMs, 'asking it to speak'));
    if (prompt?.audio) this.#uplink.ask(prompt.audio.samples, Math.round((speakMs * this.#media.format.rateHz) / 1000));
    const askedMs = speakMs + (prompt?.audio ? this.#playout.timeOf(prompt.audio.samples.length) : 0);
    this.#answerFromMs = prompt === null ? 0 : speakMs + (prompt.audio ? this.#playout.timeOf(this.#spokenTo(prompt.audio)) : 0);
    this.#clock.at(askedMs + this.#options.speechTimeoutMs, () => {
      if (this.#searching) this.#done();
    });
    this.#clock.at(this.#options.attemptTimeoutMs, () => this.#fail(new Error(`no end after ${this.#options.attemptTimeoutMs} ms`)));
  }

  #receive(raw: Int16Array): void {
    const atMs = this.#clock.now();
    const { response, format } = this.#media;
    const isSpan = raw.buffer === response.samples.buffer;
    const samples = isSpan || format.codec === 'pcm16' ? raw : throughMulaw(raw);
    this.#packets.push({
      arrivedMs: atMs,
      length: samples.length,
      from: isSpan ? samples.byteOffset / 2 : null,
      data: isSpan ? null : Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64'),
    });
    this.#playout.push(atMs, samples);
    this.#received += samples.length;
    this.#count();
    if (this.#playout.timeOf(this.#received) > atMs + floodMs) throw new Error(`the agent floods: more than ${floodMs / 60_000} minutes of audio ahead of real time`);
    if (!this.#searching) return;
    // What comes before the question has been asked is no answer to it.
    if (atMs < this.#answerFromMs) this.#unasked = this.#received;
    else {
      this.#finder.push(samples);
      this.#look();
    }
  }

  /** The end of what is said in a question: silence may follow in its recording. */
  #spokenTo({ samples, rateHz }: Pcm): number {
    return activeStretches(samples, rateHz, unknownLevels).at(-1)?.to ?? samples.length;
  }

  /** Limits how much an agent can say, however little each time. */
  #count(): void {
    this.#heardOf++;
    if (this.#heardOf > messagesAtOnce + messagesPerMs * this.#clock.now()) throw new Error(`the agent floods: ${this.#heardOf} messages in ${Math.round(this.#clock.now())} ms`);
  }

  #flush(): void {
    const atMs = this.#clock.now();
    this.#count();
    this.#flushes.push({ atMs, afterPackets: this.#packets.length });
    this.#playout.flush(atMs);
    this.#marks.flushed();
  }

  #event(kind: AgentEvent['kind']): void {
    this.#count();
    this.#events.push({ kind, atMs: this.#clock.now() });
    if (kind === 'response-end' || kind === 'cancel') this.#playout.endOfResponse();
  }

  /** Schedules the user as soon as it is known when the agent's first audible sample will be heard. */
  #look(): void {
    if (!this.#searching || this.#finder.found === null) return;
    this.#playout.settle(this.#clock.now());
    let position = this.#unasked + this.#finder.found;
    const span = this.#playout.spans.find(({ length }) => {
      if (position < length) return true;
      position -= length;
      return false;
    });
    if (!span) {
      const startsMs = this.#playout.startsAtMs();
      if (startsMs !== null) this.#clock.at(startsMs, () => this.#look());
      return;
    }
    this.#searching = false;
    this.#schedule(span.at + position, 0);
  }

  #schedule(agentOnset: number, slippedMs: Ms): void {
    const { rateHz } = this.#media.format;
    const onset = agentOnset + Math.round(((this.#attempt.offsetMs + slippedMs) * rateHz) / 1000);
    const nextSample = this.#frames * this.#uplink.frameSamples;
    if (onset < nextSample) {
      this.#smallestOffsetMs = this.#playout.timeOf(nextSample - agentOnset);
      this.#done();
      return;
    }
    if (!this.#known && slippedMs < slipLimitMs && !this.#audibleUpTo(onset)) {
      // The frame that holds the onset leaves after it: deciding at the onset itself is early enough.
      const dueMs = this.#playout.timeOf(onset);
      if (this.#clock.now() < dueMs) this.#clock.at(dueMs, () => this.#schedule(agentOnset, slippedMs));
      else this.#schedule(agentOnset, slippedMs + slipStepMs);
      return;
    }
    this.#uplink.schedule(onset);
    const { user } = this.#media;
    const userOnsetMs = this.#playout.timeOf(onset);
    const userEndMs = userOnsetMs + (user ? this.#playout.timeOf(user.endSample - user.onsetSample) : 0);
    this.#injected = { agentOnsetMs: this.#playout.timeOf(agentOnset), userOnsetMs, userEndMs, slippedMs };
    listenUntil({
      clock: this.#clock,
      playout: this.#playout,
      audible: dbfsToAmplitude(this.#levels.releaseDbfs),
      userOnsetMs,
      pauseMs: this.#longestPauseMs + pauseSlackMs,
      windowEndMs: userEndMs + this.#options.windowMs,
      resumeMs: this.#options.resumeMs,
      responseHeard: () => this.#responseHeardToTheEnd(),
      done: () => this.#done(),
    });
  }

  /** Whether the agent has been audible for 100 ms before a sample, dips of less than 20 ms aside. */
  #audibleUpTo(onset: number): boolean {
    const before = new Int16Array(Math.round((audibleBeforeMs * this.#media.format.rateHz) / 1000));
    this.#playout.copyHeard(onset - before.length, before);
    const level = dbfsToAmplitude(this.#levels.releaseDbfs);
    const part = before.length / (audibleBeforeMs / dipMs);
    return Array.from({ length: audibleBeforeMs / dipMs }, (_, i) => before.subarray(i * part, (i + 1) * part)).every((samples) =>
      samples.some((sample) => Math.abs(sample) >= level),
    );
  }

  /** Whether the last sample of the response has been played, never cut by a flush. */
  #responseHeardToTheEnd(): boolean {
    const last = this.#playout.spans.at(-1);
    const packet = last && this.#packets[last.packet];
    if (!last || !packet || packet.from === null || last.cut) return false;
    const whole = packet.from + packet.length === this.#media.response.samples.length;
    return whole && this.#playout.timeOf(last.at + last.length) <= this.#clock.now();
  }

  #fail(thrown: unknown): void {
    this.#error ??= scrubbed(messageOf(thrown));
    this.#done();
  }

  #record(endMs: Ms): Recording {
    const late = this.#latenessMs.some((ms) => ms !== 0);
    const { epochMs } = this.#clock;
    const stalls = this.#options.stalls?.between(epochMs, epochMs + endMs) ?? [];
    return {
      attemptId: this.#attempt.id,
      format: this.#media.format,
      clock: this.#outer.kind,
      playout: this.#playout.options,
      packets: this.#packets,
      flushes: this.#flushes,
      events: this.#events,
      uplink: {
        frames: this.#frames,
        latenessMs: late ? this.#latenessMs.map((ms) => Math.round(ms * 1000) / 1000) : null,
        stallsMs: stalls.map(([dueMs, lateMs]) => [dueMs - epochMs, lateMs] as const),
      },
      askedMs: this.#askedMs,
      injected: this.#injected,
      smallestOffsetMs: this.#smallestOffsetMs,
      endMs,
      error: this.#error,
      trace: this.#trace,
      wallMs: this.#outer.epochWallMs === null ? null : this.#outer.epochWallMs + epochMs,
    };
  }
}
