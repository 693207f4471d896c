import { createHash } from 'node:crypto';
import { readRecording } from '../audio/recording.js';
import { makeAgent, wireFacts } from '../agents/index.js';
import { shownAgent } from '../agents/shown-agent.js';
import { loadCorpus } from '../corpus/load.js';
import type { Corpus } from '../corpus/load.js';
import { parseDetectorOptions } from '../detect/index.js';
import { readEnvironment } from '../environment.js';
import { BargeinError } from '../errors.js';
import { defaultMeasureOptions } from '../measure/attempt.js';
import type { MeasureOptions } from '../measure/attempt.js';
import type { EngineOptions } from '../replay/engine.js';
import type { FarSide } from '../replay/media.js';
import { planAttempts } from '../replay/plan.js';
import type { Plan } from '../replay/plan.js';
import type { Agent, Environment, Pcm, RunConfig, Shard } from '../types.js';

/** A run before anything has been measured: everything that can be wrong with it has been looked at. */
export interface PreparedRun {
  readonly config: RunConfig;
  readonly agent: Agent;
  /** What is rendered for it. */
  readonly side: FarSide;
  readonly corpus: Corpus;
  readonly plan: Plan;
  readonly measure: MeasureOptions;
  readonly environment: Environment;
  /** What makes two runs the same run, shards of it included: a hash of configuration, agent options, label, corpus, draw and version. */
  readonly runKey: string;
  /** The same of this shard alone: what its journal is known by. */
  readonly journalKey: string;
}

/**
 * @param loaded the corpus of `config`, where it has been read already
 * @throws BargeinError for an agent, option, corpus, condition or filter that does not exist
 */
export async function prepareRun(config: RunConfig, loaded?: Corpus): Promise<PreparedRun> {
  const agent = await makeAgent(config.agent, config.agentOptions);
  const side: FarSide = { line: agent.line, turns: agent.turns, prompt: await readPrompt(config, agent) };
  const corpus = loaded ?? (await loadCorpus(config.corpusDir));
  const { profile, conditions, filter, limit, seed, repeat, shard } = config;
  const plan = await planAttempts({ corpus, profile, conditions, filter, limit, seed, repeat, shard });
  // A clip that cannot be read must end the run before it begins, not in the middle.
  for (const id of clipsOf(plan)) await corpus.clip(id);
  const measure: MeasureOptions = {
    ...defaultMeasureOptions,
    withinMs: config.withinMs,
    detector: config.detector,
    detectorOptions: parseDetectorOptions(config.detectorOptions),
  };
  const environment = readEnvironment();
  const runKey = hashOf(decisive(config), agent.options, corpus.hash, plan.drawHash, environment.version);
  return { config, agent, side, corpus, plan, measure, environment, runKey, journalKey: journalKeyOf(runKey, shard) };
}

/** What the journal of a run, or of a shard of it, is known by. */
export function journalKeyOf(runKey: string, shard: Shard | null): string {
  return shard === null ? runKey : `${runKey}-${shard.index}-of-${shard.of}`;
}

/** The name of results: those of a shard and of the whole run have different ones. */
export function runIdOf(runKey: string, startedAt: string | null, shard: Shard | null): string {
  return shard === null ? hashOf(runKey, startedAt) : hashOf(runKey, startedAt, shard);
}

/** What a prompted agent is asked for. */
async function readPrompt({ agent: spec, agentOptions, promptAudio, promptText }: RunConfig, agent: Agent): Promise<FarSide['prompt']> {
  const { turns, options } = agent;
  const wire = wireFacts(spec.split(':')[0]);
  const words = agent.words ?? wire?.words ?? true;
  if (promptAudio === null && promptText === null) {
    // A module may know its own way; a protocol that can ask for a response without words does.
    if (turns !== 'prompted' || wire === null || options['response.create'] === true) return null;
    throw new BargeinError(`the agent ${shownAgent(spec, agentOptions)} is said to wait until it is asked, and nothing asks it`, `ask it: --prompt-audio FILE${words ? ", or --prompt-text 'Tell me a story.'" : ''}`);
  }
  const flag = promptAudio === null ? '--prompt-text' : '--prompt-audio';
  switch (turns) {
    case 'response':
      throw new BargeinError(`${flag}: the agent ${shownAgent(spec, agentOptions)} plays the responses of the corpus and is asked for nothing else`, `leave ${flag} out`);
    case 'unprompted':
      throw new BargeinError(`${flag}: the agent ${shownAgent(spec, agentOptions)} is said to speak by itself`, `leave ${flag} out, or say --agent-option turns=prompted`);
    case 'prompted':
      if (promptText !== null && !words) throw new BargeinError(`--prompt-text: nothing carries words to the agent ${shownAgent(spec, agentOptions)}`, `ask it by audio: --prompt-audio FILE${'prompt.send' in options ? ', or give its message: --agent-option prompt.send=...' : ''}`);
      return { audio: promptAudio === null ? null : await readSpeech(promptAudio), text: promptText };
  }
}

/** Longer questions are no prompts, ms. */
const longestPromptMs = 60_000;

/** A question, from a file. @throws BargeinError for one that cannot be read, is too long or has more than one channel */
export async function readSpeech(path: string): Promise<Pcm> {
  const { rateHz, channels } = await readRecording(path);
  if (channels.length > 1) throw new BargeinError(`--prompt-audio ${path} has ${channels.length} channels; one is needed`, `\`ffmpeg -i ${path} -ac 1 prompt.wav\``);
  const [samples] = channels;
  if ((samples.length * 1000) / rateHz > longestPromptMs) throw new BargeinError(`--prompt-audio ${path} lasts longer than ${longestPromptMs / 1000} s`, 'cut it to the question');
  return { rateHz, samples };
}

function clipsOf({ attempts }: Plan): Set<string> {
  return new Set(attempts.flatMap(({ agentClip, userClip, bed }) => [agentClip, ...(userClip ? [userClip] : []), ...(bed ? [bed.clip] : [])]));
}

/** What the engine is told of a run. */
export function engineOptionsOf({ config, side }: PreparedRun, signal: AbortSignal): EngineOptions {
  const { corpusDir, agent, agentOptions, playoutMs, attemptTimeoutMs } = config;
  return { corpusDir, agent, variants: [agentOptions], replay: { playoutMs, attemptTimeoutMs }, prompt: side.prompt, signal };
}

const indecisive = [
  'outputDir', 'existing', 'keepAudio', 'jobs', 'maxDurationMs', 'corpusDir', 'agreementAttempts', 'shard',
  'gates', 'gateOn', 'baseline', 'saveBaseline', 'failOnRegression', 'reports',
  'otlp', 'otlpFile', 'otlpListen',
] as const satisfies readonly (keyof RunConfig)[];

/** The part of a configuration that decides what is measured: not where results go, on how many threads, nor what is held against them. */
export function decisive(config: RunConfig): Partial<RunConfig> {
  const rest: Partial<Record<keyof RunConfig, unknown>> = { ...config };
  for (const key of indecisive) delete rest[key];
  return rest as Partial<RunConfig>;
}

/** Twelve hexadecimal digits of the SHA-256 of values, in a form that does not depend on the order of keys. */
export function hashOf(...values: unknown[]): string {
  return createHash('sha256').update(stableJson(values)).digest('hex').slice(0, 12);
}

function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
