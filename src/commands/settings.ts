import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { BargeinConfig } from '../config.js';
import { BargeinError } from '../errors.js';
import { checkEntries } from './config-entries.js';
import { findConfig, loadConfig } from './config-file.js';
import type { ConfigFile } from './config-file.js';
import { declareRun } from './run-options.js';
import { configKeyOf, flagOf, repeatable, settableOptions } from './setting-names.js';
import { fromFile, fromVariable, isRecord, parseCandidate, pointedTo, warnOfStrays } from './setting-sources.js';
import type { Origin } from './setting-sources.js';
import type { Terminal } from './terminal.js';

/** The flags of a command, filled up from variables and a file. */
export interface Settings<Flags> {
  readonly flags: Flags;
  readonly file: ConfigFile | null;
  /** By the flag's name in `flags`; of `name=value` flags each value apart too, as `agentOption.vad.threshold`. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/** Values of a part of the file that come before those at its top, e.g. of a named sweep. */
export interface ConfigLayer {
  /** Its path in the file, e.g. `sweeps.vad`. */
  readonly key: string;
  /** By the flag's name in `flags`. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** What is needed of a command of commander, as an action is handed it. */
export type Flagged<Flags> = Pick<CommandUnknownOpts, 'options' | 'getOptionValueSource' | 'setOptionValueWithSource'> & { opts(): Flags };

export interface SettingsOptions {
  /** Where a configuration file is looked for. */
  readonly folder?: string;
  /** Picks a part of the file that comes before its top. */
  readonly layer?: (content: BargeinConfig, path: string) => ConfigLayer | null;
}

/**
 * Fills up what no flag has set: flag before variable before file before default. Flags of the form `name=value` are merged by name.
 * Every value goes through the parser of its flag, also where another comes before it.
 *
 * @throws BargeinError naming the variable, or file and key
 */
export async function readSettings<Flags>(command: Flagged<Flags>, terminal: Pick<Terminal, 'env' | 'err'>, options: SettingsOptions = {}): Promise<Settings<Flags>> {
  const file = await chooseFile(command.opts() as { config?: string | false }, terminal.env, options.folder ?? '');
  if (file) await checkEntries(file);
  const layer = file && options.layer ? options.layer(file.content, file.path) : null;
  const origins = new Map<string, Origin>();
  for (const option of settableOptions(command)) {
    const name = option.attributeName();
    const key = configKeyOf(name);
    const candidates = [
      file && fromFile(name, (file.content as Readonly<Record<string, unknown>>)[key], file.path, key),
      file && layer && fromFile(name, layer.values[name], file.path, `${layer.key}.${key}`),
      fromVariable(name, terminal.env),
    ];
    const values = candidates.filter((candidate) => candidate !== null).map((candidate) => ({ origin: candidate.origin, value: parseCandidate(option, candidate) }));
    settle(command, option, values, origins);
  }
  warnOfStrays([command, declareRun()], terminal);
  return { flags: command.opts(), file, origins };
}

/** An error that begins with a flag, or with a gate, points to the variable or the file where the value stands. */
export function inPlace(thrown: unknown, { origins }: Settings<unknown>): unknown {
  if (!(thrown instanceof BargeinError)) return thrown;
  const found = [...origins].find(([name]) => thrown.message.startsWith(`${flagOf(name)} `) || (name === 'gate' && thrown.message.startsWith("gate '")));
  return found ? pointedTo(thrown, flagOf(found[0]), found[1]) : thrown;
}

async function chooseFile({ config }: { config?: string | false }, env: Terminal['env'], folder: string): Promise<ConfigFile | null> {
  if (config === false) return null;
  const path = config ?? (env.BARGEIN_CONFIG?.trim() || findConfig(folder));
  return path === null ? null : loadConfig(path);
}

interface Sourced {
  readonly origin: Origin;
  readonly value: unknown;
}

/** Gives the command the last of the values, or all of them merged; what a flag has said comes after them. */
function settle(command: Flagged<unknown>, option: Option, below: readonly Sourced[], origins: Map<string, Origin>): void {
  const name = option.attributeName();
  const held: unknown = (command.opts() as Readonly<Record<string, unknown>>)[name];
  const given = command.getOptionValueSource(name) === 'cli';
  const flag = given && held === false && !option.negate ? `--no-${flagOf(name).slice(2)}` : (option.long ?? flagOf(name));
  const values: readonly Sourced[] = given ? [...below, { origin: { from: 'flag', place: flag }, value: held }] : below;
  const top = values.at(-1);
  origins.set(name, top?.origin ?? { from: 'default', place: 'default' });
  if (!top) return;
  const merging = repeatable.has(name) && values.some(({ value }) => isRecord(value));
  const merged: Record<string, unknown> = {};
  for (const { origin, value } of merging ? values : []) {
    for (const [key, item] of Object.entries(value ?? {})) {
      merged[key] = item;
      origins.set(`${name}.${key}`, origin);
    }
  }
  command.setOptionValueWithSource(name, merging ? merged : top.value, given ? 'cli' : top.origin.from);
}
