import { shownAgent } from '../agents/shown-agent.js';
import { commitLabel } from '../environment.js';
import { BargeinError } from '../errors.js';
import { parseGate } from '../measure/gates.js';
import { showShard } from '../replay/shard.js';
import { defaultRunConfig as defaults } from '../run/defaults.js';
import { otlpTargets } from '../telemetry/emit/endpoint.js';
import type { Agent, AgentOptions, Ms, RunConfig, Shard } from '../types.js';
import { judgingOf } from './judge-flags.js';
import type { Judging } from './judge-flags.js';
import { chooseOutput } from './output-folder.js';
import type { JudgeFlags, ReplayFlags } from './run-options.js';
import { flagOf } from './setting-names.js';
import { pointTo } from './setting-sources.js';
import type { Origin } from './setting-sources.js';
import type { Terminal } from './terminal.js';
import { collectorOf } from './trace-options.js';
import { showDuration, typedOptions } from './values.js';

/** What the defaults depend on. */
export interface RunFacts {
  readonly agent: Pick<Agent, 'inProcess' | 'options'>;
  readonly env: Terminal['env'];
  readonly cores: number;
  readonly defaultCorpusDir: string;
  exists(path: string): boolean;
  /** null or left out: all attempts. */
  readonly shard?: Shard | null;
  /** Where the flags' values come from; left out: from the command line. */
  readonly origins?: ReadonlyMap<string, Origin>;
}

/**
 * The flags with all defaults filled in.
 *
 * @throws BargeinError for flags that do not go together, and for gates that say nothing
 */
export function resolveRun(flags: ReplayFlags & Partial<JudgeFlags>, facts: RunFacts): RunConfig {
  const { agent } = facts;
  const clock = flags.clock ?? (agent.inProcess ? 'virtual' : 'realtime');
  if (clock === 'virtual' && !agent.inProcess) {
    throw new BargeinError(`--clock virtual: the agent ${shownAgent(flags.agent, flags.agentOption)} does not run in this process`, 'use --clock realtime, or leave --clock out');
  }
  refuseWithoutEffect(clock, flags, facts);
  const profile = flags.profile ?? (clock === 'virtual' ? 'full' : 'quick');
  const withinMs = flags.within ?? defaults.withinMs;
  return {
    agent: flags.agent,
    agentOptions: asking(typedOptions(flags.agentOption ?? {}), flags, agent),
    promptAudio: flags.promptAudio ?? null,
    promptText: flags.promptText ?? null,
    corpusDir: flags.corpus ?? facts.defaultCorpusDir,
    profile,
    conditions: flags.condition ?? null,
    filter: flags.filter ?? [],
    limit: flags.limit ?? null,
    seed: flags.seed,
    repeat: flags.repeat,
    shard: facts.shard ?? null,
    retries: flags.retries,
    clock,
    concurrency: clock === 'virtual' ? 1 : (flags.concurrency ?? 1),
    warmUps: clock === 'virtual' ? 0 : flags.warmup,
    reuseSession: clock === 'realtime' && flags.reuseSession === true,
    jobs: clock === 'virtual' ? (flags.jobs ?? facts.cores) : 0,
    withinMs,
    playoutMs: flags.playoutMs,
    detector: flags.detector,
    detectorOptions: flags.detectorOption ?? {},
    attemptTimeoutMs: flags.attemptTimeout ?? defaults.attemptTimeoutMs,
    maxDurationMs: flags.maxDuration ?? null,
    label: flags.label ?? commitLabel(facts.env),
    ...chooseOutput(flags, shownAgent(flags.agent, flags.agentOption), profile, facts.exists),
    keepAudio: flags.keepAudio,
    agreementAttempts: clock === 'virtual' && flags.clockCheck ? defaults.agreementAttempts : 0,
    calibrationAttempts: defaults.calibrationAttempts,
    ...resolveStandards(flags, withinMs, facts),
    ...resolveTracing(flags, facts),
  };
}

/** Who gives a prompt means to ask: where the agent leaves its turns open, that is said to it, and who asks by audio alone asks in no other way. */
function asking(options: AgentOptions, { promptAudio, promptText }: ReplayFlags, agent: RunFacts['agent']): AgentOptions {
  const unsaid = (name: string) => options[name] === undefined && name in agent.options;
  const asked = promptAudio !== undefined || promptText !== undefined;
  return {
    ...options,
    ...(asked && unsaid('turns') ? { turns: 'prompted' } : {}),
    ...(promptAudio !== undefined && promptText === undefined && unsaid('response.create') ? { 'response.create': false } : {}),
  };
}

/** On the command line a flag without effect is a mistake; a variable or a file may serve runs on both clocks. */
function refuseWithoutEffect(clock: RunConfig['clock'], { jobs, concurrency }: ReplayFlags, { origins }: RunFacts): void {
  const given = (name: string) => (origins?.get(name)?.from ?? 'flag') === 'flag';
  if (clock === 'realtime' && jobs !== undefined && given('jobs')) throw new BargeinError(`--jobs ${jobs} has no effect in real time`, 'use --concurrency, or leave --jobs out');
  if (clock === 'virtual' && concurrency !== undefined && given('concurrency')) {
    throw new BargeinError(`--concurrency ${concurrency} has no effect on the virtual clock`, 'use --jobs, or --clock realtime');
  }
}

/** What a run is held to. Gates are checked here, before anything is measured. */
function resolveStandards(flags: Partial<JudgeFlags>, withinMs: readonly Ms[], { shard, origins }: RunFacts): Judging {
  const judging = judgingOf(flags);
  for (const text of judging.gates) pointTo(flagOf('gate'), origins?.get('gate') ?? { from: 'flag', place: '--gate' }, () => parseGate(text, withinMs));
  if (judging.saveBaseline !== null && shard) {
    throw new BargeinError(`--save-baseline ${judging.saveBaseline}: shard ${showShard(shard)} holds only a part of the attempts`, 'leave it out here; `bargein merge` joins the shards');
  }
  return judging;
}

/** Where traces go and come from. What the environment says of an endpoint is looked at before anything is measured. */
function resolveTracing(flags: Partial<JudgeFlags>, { env }: RunFacts): Pick<RunConfig, 'otlp' | 'otlpFile' | 'otlpListen'> {
  const otlp = collectorOf(flags.otlp);
  if (otlp !== null) otlpTargets(otlp, env);
  return { otlp, otlpFile: flags.otlpFile ?? null, otlpListen: flags.otlpListen ?? null };
}

/** What each flag comes to, under its name in the flags, as a person would write it. */
export function effectiveFlags(config: RunConfig): Record<string, unknown> {
  const { agentOptions, corpusDir, conditions, shard, withinMs, detectorOptions, clock, jobs, concurrency, warmUps, attemptTimeoutMs, maxDurationMs, gates, outputDir, reports, ...same } = config;
  return {
    ...same,
    agent: shownAgent(same.agent, agentOptions),
    agentOption: agentOptions,
    corpus: corpusDir,
    condition: conditions,
    shard: shard && showShard(shard),
    within: withinMs,
    detectorOption: detectorOptions,
    clock,
    jobs: clock === 'virtual' ? jobs : null,
    concurrency: clock === 'realtime' ? concurrency : null,
    warmup: clock === 'realtime' ? warmUps : null,
    attemptTimeout: showDuration(attemptTimeoutMs),
    maxDuration: maxDurationMs && showDuration(maxDurationMs),
    clockCheck: config.agreementAttempts > 0,
    gate: gates,
    output: outputDir,
    report: reports,
  };
}
