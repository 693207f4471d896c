import { parseDetectorOptions } from '../detect/index.js';
import { commitLabel } from '../environment.js';
import { BargeinError } from '../errors.js';
import type { Agent, RunConfig } from '../types.js';
import { chooseOutput } from './output-folder.js';
import type { RunFlags } from './run-options.js';
import type { Terminal } from './terminal.js';
import { typedOptions } from './values.js';

/** Attempts that a run on the virtual clock replays in real time as well. */
const agreementAttempts = 16;
/** Attempts of the calibration that every run begins with. */
const calibrationAttempts = 60;

/** What the defaults depend on. */
export interface RunFacts {
  readonly agent: Pick<Agent, 'inProcess'>;
  readonly env: Terminal['env'];
  readonly cores: number;
  readonly defaultCorpusDir: string;
  exists(path: string): boolean;
}

/**
 * The flags with all defaults filled in.
 *
 * @throws BargeinError for flags that do not go together, and for detector options that do not exist
 */
export function resolveRun(flags: RunFlags, facts: RunFacts): RunConfig {
  const { agent } = facts;
  const clock = flags.clock ?? (agent.inProcess ? 'virtual' : 'realtime');
  if (clock === 'virtual' && !agent.inProcess) {
    throw new BargeinError(`--clock virtual: the agent ${flags.agent} does not run in this process`, 'use --clock realtime, or leave --clock out');
  }
  if (clock === 'realtime' && flags.jobs !== undefined) throw new BargeinError(`--jobs ${flags.jobs} has no effect in real time`, 'use --concurrency, or leave --jobs out');
  if (clock === 'virtual' && flags.concurrency !== undefined) {
    throw new BargeinError(`--concurrency ${flags.concurrency} has no effect on the virtual clock`, 'use --jobs, or --clock realtime');
  }
  const detectorOptions = flags.detectorOption ?? {};
  parseDetectorOptions(detectorOptions);
  const profile = flags.profile ?? (clock === 'virtual' ? 'full' : 'quick');
  return {
    agent: flags.agent,
    agentOptions: typedOptions(flags.agentOption ?? {}),
    corpusDir: flags.corpus ?? facts.defaultCorpusDir,
    profile,
    conditions: flags.condition ?? null,
    filter: flags.filter ?? [],
    limit: flags.limit ?? null,
    seed: flags.seed,
    repeat: flags.repeat,
    retries: flags.retries,
    clock,
    concurrency: flags.concurrency ?? 1,
    jobs: clock === 'virtual' ? (flags.jobs ?? facts.cores) : 0,
    withinMs: flags.within ?? [60, 100, 250],
    playoutMs: flags.playoutMs,
    detector: flags.detector,
    detectorOptions,
    attemptTimeoutMs: flags.attemptTimeout ?? 120_000,
    maxDurationMs: flags.maxDuration ?? null,
    label: flags.label ?? commitLabel(facts.env),
    ...chooseOutput(flags, flags.agent, profile, facts.exists),
    keepAudio: flags.keepAudio,
    agreementAttempts: clock === 'virtual' && flags.clockCheck ? agreementAttempts : 0,
    calibrationAttempts,
  };
}
