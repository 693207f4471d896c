import { percentileOf } from '../measure/percentile.js';
import { validInterruptions, yieldLatencyMs } from '../measure/selections.js';
import { makeClock } from '../time/index.js';
import type { AttemptResult, Ms, Progress, RunConfig } from '../types.js';
import type { RunInProgress } from './replay.js';
import type { Sessions } from './sessions.js';

type Figures = Pick<Progress, 'p50Ms' | 'rate' | 'rateLimitMs'>;

/** Running figures of the interruptions so far: p50 by nearest rank with misses as infinity, and the rate at the middle limit. */
export function runningFigures(results: readonly AttemptResult[], withinMs: RunConfig['withinMs']): Figures {
  const rateLimitMs = [...withinMs].sort((a, b) => a - b)[Math.floor((withinMs.length - 1) / 2)];
  const latencies = validInterruptions(results).map(yieldLatencyMs);
  const p50 = percentileOf(latencies, 0.5);
  if (p50 === null) return { p50Ms: null, rate: null, rateLimitMs };
  return { p50Ms: Number.isFinite(p50) ? p50 : null, rate: latencies.filter((ms) => ms <= rateLimitMs).length / latencies.length, rateLimitMs };
}

/** Figures of several agents at once would blend them. */
const noFigures: Figures = { p50Ms: null, rate: null, rateLimitMs: null };

/** Tells the caller how far a run has come, or the points of a sweep together: then in replays, without figures. */
export class ProgressReporter {
  readonly #clock = makeClock('realtime');
  readonly #points: readonly RunInProgress[];
  readonly #tell: (progress: Progress) => void;
  readonly #total: number;
  /** What a resumed run found done, and when replaying began. */
  readonly #found: number;
  #startedMs: Ms | null = null;
  #figures: Figures = noFigures;
  #warmUps = 0;

  constructor(points: readonly RunInProgress[], tell: (progress: Progress) => void) {
    this.#points = points;
    this.#tell = tell;
    this.#total = points.reduce((sum, { run }) => sum + run.plan.attempts.length, 0);
    this.#found = this.#done;
    if (points.length === 1) this.#figures = runningFigures([], points[0].run.config.withinMs);
  }

  /** How many sessions this machine can serve, where that was not said beforehand. */
  choosing({ atOnce, capped }: Pick<Sessions, 'atOnce' | 'capped'>, { concurrency }: Pick<RunConfig, 'concurrency'>): void {
    const note = capped ?? (concurrency === 'auto' && atOnce !== null ? `${atOnce} session${atOnce === 1 ? '' : 's'} at once hold the schedule on this machine` : null);
    if (note !== null) this.#tell({ phase: 'calibrating', done: 0, total: 0, ...this.#figures, elapsedMs: this.#clock.now(), etaMs: null, note });
  }

  /** Where the calibration goes on beside the attempts, they are what is told of. */
  calibrating(done: number, total: number): void {
    if (this.#startedMs !== null) return;
    this.#tell({ phase: 'calibrating', done, total, ...this.#figures, elapsedMs: this.#clock.now(), etaMs: null });
  }

  /** A replay that is not counted is over. */
  warmingUp(error: string | null): void {
    const total = this.#points[0].run.config.warmUps;
    const unknown = { ...noFigures, elapsedMs: this.#clock.now(), etaMs: null };
    if (error !== null) this.#tell({ phase: 'warming-up', done: 0, total, ...unknown, note: `a warm-up failed: ${error}` });
    this.#tell({ phase: 'warming-up', done: ++this.#warmUps, total, ...unknown });
  }

  replaying(): void {
    const done = this.#done;
    const now = this.#clock.now();
    this.#startedMs ??= now;
    // Figures over everything so far: now and then is enough.
    if (this.#points.length === 1 && (done % 10 === 0 || done === this.#total)) {
      const [{ run, collector }] = this.#points;
      this.#figures = runningFigures(collector.results, run.config.withinMs);
    }
    const replayed = done - this.#found - 1;
    const etaMs = replayed > 0 ? ((now - this.#startedMs) / replayed) * (this.#total - done) : null;
    this.#tell({ phase: 'replaying', done, total: this.#total, ...this.#figures, elapsedMs: now, etaMs });
  }

  /** Replays of the virtual run in real time. */
  comparing(done: number, total: number): void {
    this.#tell({ phase: 'comparing-clocks', done, total, ...this.#figures, elapsedMs: this.#clock.now(), etaMs: null });
  }

  get #done(): number {
    return this.#points.reduce((sum, { collector }) => sum + collector.count, 0);
  }
}
