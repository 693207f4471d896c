import { availableParallelism } from 'node:os';
import { defaultCorpusDir } from '../corpus/load.js';
import type { RunConfig } from '../types.js';

/**
 * What `bargein run` does where nothing is said, apart from the folder of the results: 840 attempts against the built-in agent on the virtual
 * clock. For an agent behind a wire say `clock: 'realtime'` too, and how many attempts (`profile`, `limit`): in real time
 * each takes about ten seconds.
 *
 * @example runBenchmark({ ...defaultRunConfig, profile: 'quick', outputDir: 'results/api' })
 */
export const defaultRunConfig: Omit<RunConfig, 'outputDir'> = {
  agent: 'reference:after',
  agentOptions: {},
  promptAudio: null,
  promptText: null,
  corpusDir: defaultCorpusDir,
  profile: 'full',
  conditions: null,
  filter: [],
  limit: null,
  seed: 1,
  repeat: 1,
  shard: null,
  retries: 2,
  clock: 'virtual',
  concurrency: 1,
  warmUps: 0,
  reuseSession: false,
  jobs: availableParallelism(),
  withinMs: [60, 100, 250],
  playoutMs: 40,
  detector: 'auto',
  detectorOptions: {},
  attemptTimeoutMs: 120_000,
  maxDurationMs: null,
  label: 'local',
  existing: 'refuse',
  keepAudio: 'failures',
  agreementAttempts: 16,
  calibrationAttempts: 60,
  gates: [],
  gateOn: 'bound',
  baseline: null,
  saveBaseline: null,
  failOnRegression: false,
  reports: ['html'],
  otlp: null,
  otlpFile: null,
  otlpListen: null,
};
