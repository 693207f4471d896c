import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BargeinError } from '../errors.js';
import { resultFiles } from '../report/folder.js';
import { AgentTraces } from '../telemetry/agent-traces.js';
import { parseListenAddress } from '../telemetry/listen-address.js';
import { joinAttempt } from '../telemetry/join.js';
import type { JoinedAttempt } from '../telemetry/join.js';
import { listenForSpans, readSpans } from '../telemetry/index.js';
import type { ReadTally, SpanReceiver } from '../telemetry/index.js';
import { SpanFile } from '../telemetry/span-file.js';
import type { Span } from '../telemetry/span.js';
import { makeClock } from '../time/index.js';
import type { Clock, Ms, RunConfig } from '../types.js';
import type { Collector } from './collector.js';

/** What came of the agent's own spans. */
export interface JoinReport {
  /** Where they were to come; null: read back from an earlier run. */
  readonly url: string | null;
  /** How many came, those of an earlier part of the run among them, and how many did not fit into the file. */
  readonly spans: number;
  readonly dropped: number;
  /** The attempts that could have some. */
  readonly attempts: readonly JoinedAttempt[];
  readonly keptSessions: boolean;
  /** What was wrong with what came; null: nothing was received. */
  readonly tally: ReadTally | null;
}

/**
 * How long spans are waited for after the last attempt, ms: exporters send in batches, by default every 5 s. Once every attempt is told of,
 * what is left comes soon or not at all.
 */
const graceMs = { quiet: 6000, quietOnceTold: 1000, most: 20_000, step: 100 } as const;

/** The agent's own spans: received while a run goes on, kept beside its results, joined to its attempts when it is over. */
export class AgentSpans {
  readonly #config: RunConfig;
  readonly #clock: Clock = makeClock('realtime');
  readonly #traces = new AgentTraces();
  /** null: none were asked for, nor kept by an earlier part of the run. */
  readonly #file: SpanFile | null;
  #receiver: SpanReceiver | null = null;
  #lastMs: Ms = 0;
  #tally: ReadTally | null = null;

  private constructor(config: RunConfig, file: SpanFile | null) {
    this.#config = config;
    this.#file = file;
  }

  /**
   * Listens where `otlpListen` says; a run that is resumed goes on with the spans that it has. Comes before the folder of the results is touched.
   * @throws BargeinError where it cannot listen, and on the virtual clock
   */
  static async open(config: RunConfig): Promise<AgentSpans> {
    const { outputDir, existing, otlpListen, clock } = config;
    if (otlpListen !== null && clock === 'virtual') {
      throw new BargeinError("--otlp-listen on the virtual clock: its time is no time of day, and the agent's spans cannot be laid beside it", 'add --clock realtime, or leave --otlp-listen out');
    }
    const path = join(outputDir, resultFiles.agentSpans);
    const resumed = existing === 'resume' && existsSync(path);
    const spans = new AgentSpans(config, resumed ? SpanFile.resume(path) : otlpListen === null ? null : new SpanFile(path));
    if (resumed) await readSpans(path, (span) => spans.#traces.add(span));
    if (otlpListen !== null) spans.#receiver = await listenForSpans(parseListenAddress('--otlp-listen', otlpListen), (span) => spans.#take(span));
    return spans;
  }

  /**
   * Waits for what the agent has not exported yet, and puts what its spans say beside the verdicts.
   * @param signal raised: nothing is waited for
   * @returns null where no spans were asked for, nor kept by an earlier part of the run
   */
  async joinTo(collector: Collector, signal: AbortSignal): Promise<JoinReport | null> {
    if (this.#file === null) return null;
    const url = this.#receiver?.url ?? null;
    if (this.#receiver) await this.#settle(this.#receiver, collector, signal);
    const attempts = collector.placed.map(({ result, place }) => joinAttempt(result, place, this.#traces));
    for (const { result } of attempts) collector.amend(result);
    return { url, spans: this.#traces.spans + this.#file.dropped, dropped: this.#file.dropped, attempts, keptSessions: this.#config.reuseSession, tally: this.#tally };
  }

  /** Stops listening. Never throws. */
  async close(): Promise<void> {
    // Whatever was wrong has been told by what was received, or has ended the run already.
    await this.#receiver?.close().catch(() => {});
    this.#file?.close();
  }

  #take(span: Span): void {
    this.#lastMs = this.#clock.now();
    if (this.#file?.append(span)) this.#traces.add(span);
  }

  async #settle(receiver: SpanReceiver, collector: Collector, signal: AbortSignal): Promise<void> {
    const fromMs = this.#clock.now();
    const told = () => collector.placed.every(({ place }) => (this.#traces.of(place)?.length ?? 0) > 0);
    while (!signal.aborted && this.#clock.now() - fromMs < graceMs.most) {
      const quietMs = this.#clock.now() - Math.max(fromMs, this.#lastMs);
      if (quietMs >= graceMs.quiet || (quietMs >= graceMs.quietOnceTold && told())) break;
      await new Promise<void>((resolve) => void this.#clock.at(this.#clock.now() + graceMs.step, resolve));
    }
    this.#tally = receiver.tally();
  }
}

/** The spans that a run has kept, by trace; null: none. */
export async function readAgentTraces(folder: string): Promise<AgentTraces | null> {
  const path = join(folder, resultFiles.agentSpans);
  if (!existsSync(path)) return null;
  const traces = new AgentTraces();
  await readSpans(path, (span) => traces.add(span));
  return traces;
}
