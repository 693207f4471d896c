import { makeClock } from '../time/index.js';
import type { AttemptResult, Ms, Progress, RunConfig } from '../types.js';
import type { Collector } from './collector.js';
import type { PreparedRun } from './prepare.js';

/** Running figures of the interruptions so far: p50 by nearest rank with misses as infinity, and the rate at the middle limit. */
export function runningFigures(results: readonly AttemptResult[], withinMs: RunConfig['withinMs']): Pick<Progress, 'p50Ms' | 'rate' | 'rateLimitMs'> {
  const rateLimitMs = [...withinMs].sort((a, b) => a - b)[Math.floor((withinMs.length - 1) / 2)];
  const valid = results.filter(({ attempt, outcome }) => attempt.intent === 'interruption' && outcome !== 'invalid' && outcome !== 'errored');
  if (valid.length === 0) return { p50Ms: null, rate: null, rateLimitMs };
  const latencies = valid.map(({ outcome, stopLatencyMs }) => (outcome === 'yielded' ? (stopLatencyMs as Ms) : Infinity)).sort((a, b) => a - b);
  const p50 = latencies[Math.ceil(latencies.length / 2) - 1];
  return { p50Ms: Number.isFinite(p50) ? p50 : null, rate: latencies.filter((ms) => ms <= rateLimitMs).length / latencies.length, rateLimitMs };
}

/** Tells the caller how far the run has come. */
export class ProgressReporter {
  readonly #clock = makeClock('realtime');
  readonly #run: PreparedRun;
  readonly #collector: Collector;
  readonly #tell: (progress: Progress) => void;
  /** Attempts that a resumed run found done, and when replaying began. */
  readonly #found: number;
  #startedMs: Ms | null = null;
  #figures: Pick<Progress, 'p50Ms' | 'rate' | 'rateLimitMs'>;

  constructor(run: PreparedRun, collector: Collector, tell: (progress: Progress) => void) {
    this.#run = run;
    this.#collector = collector;
    this.#tell = tell;
    this.#found = collector.count;
    this.#figures = runningFigures([], run.config.withinMs);
  }

  /** Where the calibration goes on beside the attempts, they are what is told of. */
  calibrating(done: number, total: number): void {
    if (this.#startedMs !== null) return;
    this.#tell({ phase: 'calibrating', done, total, ...this.#figures, elapsedMs: this.#clock.now(), etaMs: null });
  }

  replaying(): void {
    const { count } = this.#collector;
    const total = this.#run.plan.attempts.length;
    const now = this.#clock.now();
    this.#startedMs ??= now;
    // Figures over everything so far: now and then is enough.
    if (count % 10 === 0 || count === total) this.#figures = runningFigures(this.#collector.results, this.#run.config.withinMs);
    const replayed = count - this.#found - 1;
    const etaMs = replayed > 0 ? ((now - this.#startedMs) / replayed) * (total - count) : null;
    this.#tell({ phase: 'replaying', done: count, total, ...this.#figures, elapsedMs: now, etaMs });
  }

  comparing(): void {
    const total = this.#run.config.agreementAttempts;
    if (total > 0) this.#tell({ phase: 'comparing-clocks', done: 0, total, ...this.#figures, elapsedMs: this.#clock.now(), etaMs: null });
  }
}
