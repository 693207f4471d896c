import { setMaxListeners } from 'node:events';
import { makeAgent } from '../agents/index.js';
import type { Corpus } from '../corpus/load.js';
import { BargeinError } from '../errors.js';
import { HrtimeClock, seedOf, unlessStuck } from '../time/index.js';
import type { LatenessFigures } from '../time/index.js';
import type { Agent, Attempt, Ms, Recording } from '../types.js';
import { defaultReplayOptions } from './attempt.js';
import { callMs, closingLongestFirst } from './call-length.js';
import type { EngineOptions, Handle, Task } from './engine.js';
import { runLanes } from './lanes.js';
import { withLine } from './line.js';
import type { Line } from './line.js';
import type { LineMedia, ReplayOrder, WitnessedRecording } from './line-orders.js';
import { formatOf, prepareMedia, prepareResponse } from './media.js';
import type { FarSide } from './media.js';
import { StartSpread } from './start-spread.js';

export interface RealTimeOptions extends EngineOptions {
  readonly corpus: Corpus;
  /** Sessions at once. */
  readonly concurrency: number;
  /** Attempts replayed beforehand, the first ones with other seeds: what is slow only once is over then. */
  readonly warmUps: number;
  /** One session for all attempts that a lane replays against a variant, in place of one for each attempt. */
  readonly reuseSession: boolean;
  /** The thread that all sessions live in; by default one of its own. */
  readonly line?: Line | null;
  /** A call that the thread has not answered by then is held up by code that does not return; by default by when each of its own limits has passed, ms. */
  readonly answerWithinMs?: Ms;
  /** Is shown what became of each attempt that was replayed beforehand. */
  onWarmUp?(attempt: Attempt, recording: Recording, variant: number): void;
}

/** One replay to do. */
interface Replay {
  readonly attempt: Attempt;
  readonly variant: number;
}

/** The replays of all tasks in order; within the n-th, its variants from the n-th on and then round. */
export function interleaved(tasks: readonly Task[]): Replay[] {
  return tasks.flatMap(({ attempt, variants }, turn) => variants.map((_, i) => ({ attempt, variant: variants[(i + turn) % variants.length] })));
}

/** The replays that come before those that count: the same ones, begun again where they are too few, with seeds of their own. */
export function warmUpsOf(replays: readonly Replay[], count: number): Replay[] {
  if (replays.length === 0) return [];
  return Array.from({ length: count }, (_, i) => {
    const { attempt, variant } = replays[i % replays.length];
    return { attempt: { ...attempt, seed: seedOf(attempt.seed, 'warm-up', i) }, variant };
  });
}

/**
 * Replays attempts in real time, `concurrency` sessions at once, all of them on a thread that does nothing else; rendering and judging go
 * on beside it on this one. A lane takes the next replay as soon as its last one is over. The variants of an attempt follow each other,
 * each attempt beginning with another one: whatever drifts meets all of them alike. Ends early when the signal is raised: sessions are
 * hung up, what was under way is left.
 * @returns how late empty deadlines were meanwhile; null where no session was open for long enough
 * @throws BargeinError for an agent or option that does not exist, and for clips that cannot be read
 */
export async function replayInRealTime(tasks: readonly Task[], options: RealTimeOptions, handle: Handle): Promise<LatenessFigures | null> {
  // One listener a session: their number says nothing of a leak.
  setMaxListeners(0, options.signal);
  const agents = await Promise.all(options.variants.map((variant) => makeAgent(options.agent, variant)));
  return withLine(options.line ?? null, async (line) => {
    await line.do({ kind: 'forget-floor' });
    const replayer = new RealTimeReplayer(agents, line, options);
    const replays = interleaved(tasks);
    await replayer.warmUp(tasks.map(({ attempt }) => attempt));
    await replayer.tryOut(replays);
    await replayer.warmUpCalls(warmUpsOf(replays, options.warmUps));
    await replayer.replay(await closingLongestFirst(replays, options.concurrency, ({ attempt }) => callMs(attempt, options.corpus)), handle);
    return line.floor;
  });
}

/** What of a call has a limit of its own, and what it may take until it begins, ms. */
const limitsOfCall = 3;
const toBeginMs = 10_000;

/** Warm-ups that fail are given up after so many: the attempts will show what is wrong. */
const mostFailedWarmUps = 5;

/** How many attempts are tried without a wait. */
const triedOut = 3;

class RealTimeReplayer {
  readonly #agents: readonly Agent[];
  readonly #line: Line;
  readonly #options: RealTimeOptions;
  readonly #clock = new HrtimeClock();

  constructor(agents: readonly Agent[], line: Line, options: RealTimeOptions) {
    this.#agents = agents;
    this.#line = line;
    this.#options = options;
  }

  /** Loads what sessions need, so that nothing of it is left to do while any is open. */
  async warmUp(attempts: readonly Attempt[]): Promise<void> {
    const { agent, variants, corpus, signal } = this.#options;
    for (const [variant, options] of variants.entries()) {
      const { line } = this.#side(variant);
      const formats = new Map(attempts.map(({ condition }) => [formatOf(condition, line).rateHz, formatOf(condition, line)]));
      await this.#line.do({ kind: 'warm-up', agent, options, formats: [...formats.values()] });
      for (const attempt of attempts) {
        if (signal.aborted) return;
        const response = await prepareResponse(attempt, corpus, this.#side(variant));
        if (response) await this.#line.announce(response);
      }
    }
  }

  /** An agent of this process is tried without a wait: compiled code and a warm VAD are not left to its first attempts. */
  async tryOut(replays: readonly Replay[]): Promise<void> {
    for (const replay of warmUpsOf(replays, Math.min(triedOut, replays.length))) {
      if (this.#agents[replay.variant].inProcess && !this.#options.signal.aborted) await this.#answered(this.#line.do(this.#order(replay, await this.#mediaOf(replay), null, null)));
    }
  }

  /** As many at a time as there are lanes. */
  async warmUpCalls(warmUps: readonly Replay[]): Promise<void> {
    const { concurrency, signal, onWarmUp } = this.#options;
    let failed = 0;
    for (let from = 0; from < warmUps.length && failed < mostFailedWarmUps && !signal.aborted; from += concurrency) {
      await this.replay(warmUps.slice(from, from + concurrency), async (attempt, recording, variant) => {
        if (recording.error !== null) failed++;
        onWarmUp?.(attempt, recording, variant);
        return 'done';
      });
    }
  }

  async replay(replays: readonly Replay[], handle: Handle): Promise<void> {
    const { concurrency, signal, reuseSession } = this.#options;
    const spread = new StartSpread(concurrency, formatOf('clean', this.#agents[0].line).frameMs, this.#clock.now());
    await runLanes<Replay, LineMedia, WitnessedRecording>(replays, {
      lanes: concurrency,
      signal,
      prepare: (replay) => this.#mediaOf(replay),
      run: (replay, media, lane) => this.#answered(this.#line.do(this.#order(replay, media, spread.next(this.#clock.now()), reuseSession ? `${lane}/${replay.variant}` : null))),
      judge: ({ attempt, variant }, { recording }) => handle(attempt, recording, variant),
    });
  }

  /** Connecting, the attempt and hanging up have a limit each, on the thread that all sessions live in: code that never returns would hold up those as well. */
  #answered(replayed: Promise<WitnessedRecording>): Promise<WitnessedRecording> {
    const { replay, answerWithinMs } = this.#options;
    const limitMs = answerWithinMs ?? limitsOfCall * (replay.attemptTimeoutMs ?? defaultReplayOptions.attemptTimeoutMs) + toBeginMs;
    const stuck = new BargeinError(
      `the sessions gave no answer for ${Math.round(limitMs / 1000)} s: the code of agent '${this.#agents[0].name}' runs in their thread, and does not return`,
      'look for a loop without an await in the agent, or put it behind a wire',
    );
    return unlessStuck(replayed, limitMs, stuck);
  }

  #order({ attempt, variant }: Replay, media: LineMedia, startMs: Ms | null, session: string | null): ReplayOrder {
    const { agent, variants, replay } = this.#options;
    return {
      kind: 'replay',
      agent,
      options: variants[variant],
      attempt,
      media,
      replay: { ...defaultReplayOptions, ...replay, stalls: null },
      startNs: startMs === null ? null : this.#clock.epochNs + BigInt(Math.round(startMs * 1e6)),
      session,
      witnessed: false,
    };
  }

  async #mediaOf({ attempt, variant }: Replay): Promise<LineMedia> {
    return this.#line.mediaOf(await prepareMedia(attempt, this.#options.corpus, this.#side(variant)));
  }

  #side(variant: number): FarSide {
    const { line, turns } = this.#agents[variant];
    return { line, turns, prompt: this.#options.prompt ?? null };
  }
}
