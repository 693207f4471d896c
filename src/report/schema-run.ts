import { z } from 'zod';
import type { RunInfo } from '../types.js';
import { count, ms, msOrNull, number, text, texts, textOrNull } from './schema-fields.js';
import { traceSchema } from './schema-trace.js';

const calibration = z.object({
  n: count('Attempts with a measured stop'),
  medianMs: msOrNull('Median of measured minus true'),
  p95Ms: msOrNull('p95 of the absolute error: the error bar'),
  maxMs: msOrNull('Largest absolute error'),
  controls: count('Attempts in which the agent did not stop at all'),
  falseYields: count('Yields reported on those'),
});

const environment = z.object({
  version: text('Of bargein'),
  node: text('Of Node.js'),
  os: text('Operating system'),
  cpu: text('Model of the processor'),
  cores: count('Logical processors'),
  load1: number('Load average over one minute, at the start'),
});

const lateness = z.object({
  sendP50Ms: ms('Lateness of uplink frames, median'),
  sendP99Ms: ms('Lateness of uplink frames, p99'),
  sendMaxMs: ms('Lateness of uplink frames, largest'),
  loopP50Ms: msOrNull('Lateness of empty deadlines of the same pacer, median: the floor').default(null),
  loopP99Ms: ms('The same, p99'),
  loopMaxMs: ms('The same, largest'),
  realtimeRatio: number('Audio time over wall time per session; 1: nothing fell behind'),
  triedAgain: count('Replays that the harness spoilt and tried again; their frames are counted above').nullable().default(null),
});

const agreement = z.object({
  attempts: count('Attempts replayed on both clocks'),
  compared: count('Of these, with a stop on both'),
  medianMs: msOrNull('Distance of the stops, median'),
  maxMs: msOrNull('Distance of the stops, largest'),
  sameOutcome: count('Attempts that ended alike'),
  harnessLate: count('Attempts that came too late in real time to be compared'),
});

const warning = z.object({ seen: text('What was seen'), cause: text('The likely cause'), remedy: text('What to try') });

/** All about a run that is not a result: run.json is this alone. */
export const runSchema = z
  .object({
    schemaVersion: z.literal(1),
    source: z.enum(['replay', 'trace']).default('replay').describe('Attempts that were replayed, or the spans of calls: in a trace the onset is where the VAD fired, not the first syllable'),
    trace: traceSchema.nullable().default(null).describe('What a trace says beside its barge-ins; null of a replay'),
    runId: text('Names these results'),
    runKey: text('Equal for all shards of a run: a hash of configuration, agent options, label, corpus, draw and version'),
    label: text('Name of the build that was measured'),
    agent: text('e.g. reference:after'),
    agentOptions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).describe('Every option of the agent with the value in force'),
    turns: z.enum(['response', 'unprompted', 'prompted']).default('response').describe('Where the words of the agent came from: only a response has a reference'),
    undisturbedPauseMs: msOrNull('The longest pause in the undisturbed speech of an agent whose response is not known: it sets the hangover').default(null),
    clock: z.enum(['virtual', 'realtime']),
    startedAt: textOrNull('Wall clock at the start, ISO 8601; null on the virtual clock'),
    version: text('Of bargein'),
    seed: number('Seed of the run'),
    corpus: z.object({ name: text('Name of the corpus'), hash: text('Hash of its manifest') }),
    draw: z.object({ profile: text('quick, standard or full'), hash: text('Hash of the draw'), attempts: count('Attempts planned') }),
    shard: z.object({ index: count('From 1'), of: count('How many there are') }).nullable().describe('Which part of the planned attempts this is; null: all'),
    withinMs: z.array(z.number()).describe('Latency limits; ms'),
    configuration: z.record(z.string(), z.unknown()).describe('What decides what is measured, with the values in force'),
    environment,
    calibration: calibration.nullable().describe('null: not calibrated'),
    errorBarMs: msOrNull('p95 of the absolute error of the measurement; null: not known'),
    lateness: lateness.nullable().describe('null on the virtual clock'),
    sessions: z.int().min(1).nullable().default(null).describe('Sessions at once in real time; null on the virtual clock'),
    agreement: agreement.nullable().describe('How far the two clocks agree; null: not compared'),
    untrusted: texts('Why the run cannot be trusted; empty where it can'),
    warnings: z.array(warning),
    unfinished: count('Attempts planned and not measured'),
  })
  .meta({ id: 'Run' }) satisfies z.ZodType<RunInfo>;

