import { z } from 'zod';
import type { BargeinConfig, NamedAgent, NamedSweep } from '../config.js';
import { BargeinError, nearest } from '../errors.js';
import { flagOf, perCall } from './setting-names.js';

/*
 * The shape of a configuration: which keys there are, and of what kind. Limits and names are not repeated here: every value goes through
 * the parser of its flag (settings.ts).
 */
const text = z.string();
const number = z.number();
const optionValue = z.union([text, number, z.boolean()], 'expected a text, a number, true or false');
const options = z.record(text, optionValue);
const textOrNumber = z.union([text, number], 'expected a text or a number');
const texts = z.union([text, z.array(text)], 'expected a text or a list of texts');

const namedAgent: Shape<NamedAgent> = { agent: text, options: options.optional() };
const namedSweep: Shape<NamedSweep> = {
  agent: text.optional(),
  agentOptions: options.optional(),
  params: z.record(text, z.union([text, z.array(optionValue)], "expected a list of values, or a range such as '0.4:0.65:0.05'")),
  maxFalseYield: textOrNumber.optional(),
  minRate: textOrNumber.optional(),
  objectiveWithin: number.optional(),
  reference: options.optional(),
};
const config: Shape<BargeinConfig> = {
  agents: z.record(text, z.strictObject(namedAgent)).optional(),
  sweeps: z.record(text, z.strictObject(namedSweep)).optional(),
  agent: text.optional(),
  agentOptions: options.optional(),
  promptAudio: text.optional(),
  promptText: text.optional(),
  corpus: text.optional(),
  profile: text.optional(),
  conditions: texts.optional(),
  filters: texts.optional(),
  limit: number.optional(),
  repeat: number.optional(),
  seed: number.optional(),
  shard: text.optional(),
  within: z.union([number, text, z.array(number)], 'expected a number or a list of numbers').optional(),
  playoutMs: number.optional(),
  detector: text.optional(),
  detectorOptions: z.record(text, textOrNumber).optional(),
  clock: text.optional(),
  jobs: number.optional(),
  concurrency: textOrNumber.optional(),
  warmup: number.optional(),
  reuseSession: z.boolean().optional(),
  retries: number.optional(),
  attemptTimeout: textOrNumber.optional(),
  maxDuration: textOrNumber.optional(),
  clockCheck: z.boolean().optional(),
  gates: texts.optional(),
  gateOn: text.optional(),
  baseline: text.optional(),
  failOnRegression: z.boolean().optional(),
  saveBaseline: text.optional(),
  output: text.optional(),
  label: text.optional(),
  keepAudio: text.optional(),
  json: z.boolean().optional(),
  quiet: z.boolean().optional(),
  reports: texts.optional(),
  otlp: z.union([text, z.boolean()], 'expected a text, true or false').optional(),
  otlpFile: text.optional(),
  otlpListen: text.optional(),
};

/** A schema for each key and for no other: the compiler finds one that is forgotten. */
type Shape<T> = { [K in keyof T]-?: z.ZodType };

/** The keys of a configuration file. */
export const configKeys = Object.keys(config);
const schema = z.strictObject(config);

/**
 * @param path names the file in errors
 * @throws BargeinError naming file and key, for a key that does not exist and for a value of another kind
 */
export function checkConfig(content: unknown, path: string): BargeinConfig {
  const checked = schema.safeParse(content);
  if (checked.success) return checked.data as BargeinConfig;
  const [issue] = checked.error.issues;
  if (issue.code === 'unrecognized_keys') throw unknownKey(issue.keys[0], issue.path, path);
  const key = showPath(issue.path);
  throw new BargeinError(`${path}: ${key === '' ? 'the configuration' : key}: ${expectation(issue)}`, key === '' ? 'export an object: export default defineConfig({ ... })' : `mend '${key}' in ${path}; docs/configuration.md describes it`);
}

function unknownKey(key: string, parents: readonly PropertyKey[], path: string): BargeinError {
  const known = parents.length === 0 ? configKeys : Object.keys(parents[0] === 'agents' ? namedAgent : namedSweep);
  const name = showPath([...parents, key]);
  if (parents.length === 0 && perCall.has(key)) {
    return new BargeinError(`${path}: '${name}' cannot be set in a file`, `it is about one call: give ${flagOf(key)}, and take '${key}' out of ${path}`);
  }
  const near = nearest(key, known);
  return new BargeinError(`${path}: unknown key '${name}'`, near ? `did you mean '${near}'?` : `the keys are ${known.join(', ')}`);
}

/** zod's words, without its prefix: `expected number, received string`. */
function expectation({ message }: z.core.$ZodIssue): string {
  return message.replace(/^Invalid input: /, '');
}

function showPath(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}
