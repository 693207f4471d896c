import type { DryRun, RunHooks, RunOutcome } from '../../src/benchmark.js';
import type { Backend } from '../../src/commands/backend.js';
import type { Terminal } from '../../src/commands/terminal.js';
import { BargeinError } from '../../src/errors.js';
import { summarize } from '../../src/measure/summarize.js';
import type { AttemptResult, RunConfig, RunInfo } from '../../src/types.js';

/** A terminal that keeps what was written. */
export class FakeTerminal implements Terminal {
  stdout = '';
  stderr = '';
  columns = 80;
  colour = false;
  errScreen = null;
  confirm: Terminal['confirm'] = null;
  env: Record<string, string | undefined> = {};
  readonly controller = new AbortController();
  readonly signal = this.controller.signal;
  out = (text: string) => void (this.stdout += text);
  err = (text: string) => void (this.stderr += text);
}

export function fakeInfo(config: RunConfig, changes: Partial<RunInfo> = {}): RunInfo {
  return {
    schemaVersion: 1,
    source: 'replay',
    trace: null,
    runId: 'abc123',
    runKey: 'k0',
    label: config.label,
    agent: config.agent,
    agentOptions: config.agentOptions,
    turns: 'response',
    undisturbedPauseMs: null,
    clock: config.clock,
    startedAt: null,
    version: '0.0.0',
    seed: config.seed,
    corpus: { name: 'fake', hash: 'c0' },
    draw: { profile: config.profile, hash: 'd0', attempts: 10 },
    shard: null,
    withinMs: config.withinMs,
    configuration: {},
    environment: { version: '0.0.0', node: '20.20.2', os: 'Linux', cpu: 'fake', cores: 2, load1: 0 },
    calibration: null,
    errorBarMs: 1,
    lateness: null,
    sessions: null,
    agreement: null,
    untrusted: [],
    warnings: [],
    unfinished: 0,
    ...changes,
  };
}

const passed: RunOutcome['verdict'] = { gates: [], comparison: null, failures: [], baseline: null };

/** Stands in for the whole measurement: keeps the configuration it was given, and answers with `changes`. */
export class FakeBackend {
  readonly configs: RunConfig[] = [];
  readonly calibrations: Parameters<Backend['calibrate']>[0][] = [];
  info: Partial<RunInfo> = {};
  verdict: Partial<RunOutcome['verdict']> = {};
  printed = '';
  interrupted = false;
  /** What was measured. */
  results: readonly AttemptResult[] = [];
  exports: RunOutcome['exports'] = [];
  report: Awaited<ReturnType<Backend['calibrate']>> = {
    summary: { n: 4, medianMs: 0.01, p95Ms: 0.5, maxMs: 0.75, controls: 3, falseYields: 0 },
    missed: 0,
    leftOut: { late: 0, unknown: 0 },
    p99Ms: 0.7,
    byCase: [{ name: '16 kHz, paced', n: 4, medianMs: 0.01, p95Ms: 0.5, p99Ms: 0.9, maxMs: 0.75, missed: 0 }],
    goals: { p95Ms: 1, p99Ms: 2, maxMs: 2, fadeMs: 5, lateShare: 0 },
    passed: true,
    failures: [],
  };
  during: (hooks: RunHooks) => void = () => {};

  load = async (): Promise<Backend> => ({
    runBenchmark: async (config: RunConfig, hooks: RunHooks = {}): Promise<RunOutcome> => {
      this.configs.push(config);
      this.during(hooks);
      const summary = summarize(this.results, { withinMs: config.withinMs, errorBarMs: 1 });
      return { info: fakeInfo(config, this.info), summary, verdict: { ...passed, ...this.verdict }, printed: this.printed, exports: this.exports, interrupted: this.interrupted };
    },
    planRun: async (config: RunConfig): Promise<DryRun> => {
      this.configs.push(config);
      return { attempts: 60, warmUps: 0, wallMs: 4200, audioMinutes: 12.34, downlinkMinutes: 23.45, leftOut: [{ reason: 'no audio engine', count: 3 }] };
    },
    calibrate: async (options) => {
      this.calibrations.push(options);
      options.onProgress?.(1, 2);
      return this.report;
    },
    reachCalibrationAgent: async (agent) => ({ wire: { agent: `${agent}:there`, line: { rateHz: 8000, frameMs: 20, codec: 'mulaw' }, options: {}, prefix: 'param', flushes: true }, close: async () => {} }),
    defaultCalibration: { attempts: 500, controls: 500, fades: 50, seed: 1, concurrency: 8, longestDelayMs: 1500, playoutMs: 40 },
    makeAgent: async (name, options) => {
      if (name === 'broken') throw new BargeinError("agent 'broken' does not exist", 'use one of reference:before, reference:after');
      const connect = () => Promise.reject(new Error('not used here'));
      return { name, paced: 'burst', inProcess: !name.startsWith('remote'), line: null, turns: 'response', options: options ?? {}, connect };
    },
  });
}
