import type { Option } from '@commander-js/extra-typings';
import { dirname, isAbsolute, join } from 'node:path';
import { BargeinError, nearest } from '../errors.js';
import { emptiable, flagOf, paths, repeatable, settableOptions, variableOf } from './setting-names.js';
import type { WithOptions } from './setting-names.js';
import type { Terminal } from './terminal.js';

/** Where a value comes from, and how to point to it: `--limit`, `BARGEIN_LIMIT`, `bargein.config.ts: limit`. */
export interface Origin {
  readonly from: 'flag' | 'variable' | 'file' | 'default';
  readonly place: string;
}

/** A value as it would stand after its flag, once or several times; of a flag without a value `true` or `false`. */
export interface Candidate {
  readonly origin: Origin;
  readonly texts: readonly string[];
}

/** What a variable says of a flag; null where it is not set, or empty. Several values stand in several lines or with semicolons between. */
export function fromVariable(name: string, env: Terminal['env']): Candidate | null {
  const place = variableOf(name);
  const text = (env[place] ?? '').trim();
  if (text === '') return null;
  const texts = repeatable.has(name) ? text.split(/[;\n]/).map((part) => part.trim()) : [text];
  return { origin: { from: 'variable', place }, texts: texts.filter((part) => part !== '') };
}

/**
 * What a file says of a flag; null where it does not.
 *
 * @param value of a kind that the schema lets through
 * @param key its path in the file, e.g. `sweeps.vad.agent`
 * @throws BargeinError for an empty list, where that is not simply none of a kind
 */
export function fromFile(name: string, value: unknown, path: string, key: string): Candidate | null {
  if (value === undefined) return null;
  const origin: Origin = { from: 'file', place: `${path}: ${key}` };
  const textOf = (item: unknown) => (paths.has(name) && !isAbsolute(String(item)) ? join(dirname(path), String(item)) : String(item));
  if (isRecord(value)) {
    const entries = Object.entries(value);
    for (const [option, item] of entries) if (Array.isArray(item) && item.length === 0) throw emptyList(`${origin.place}.${option}`);
    return entries.length === 0 ? null : { origin, texts: entries.map(([option, item]) => `${option}=${item}`) };
  }
  const items = [value].flat().map(textOf);
  if (items.length === 0 && !emptiable.has(name)) throw emptyList(origin.place);
  return { origin, texts: repeatable.has(name) || items.length === 0 ? items : [items.join(',')] };
}

function emptyList(place: string): BargeinError {
  return new BargeinError(`${place} is an empty list`, 'give at least one value, or take the key out there');
}

/** Reads what stands in a variable or a file by the parser of the flag; an empty list is one. @throws BargeinError that points there */
export function parseCandidate(option: Option, { texts, origin }: Candidate): unknown {
  return pointTo(flagOf(option.attributeName()), origin, () => {
    if (!option.required && !option.optional) return readSwitch(option, texts[0]);
    if (texts.length === 0) return [];
    return texts.reduce<unknown>((previous, text) => (option.parseArg ? option.parseArg(text, previous) : text), undefined);
  });
}

/** Of a flag without a value. Not given is `undefined`, but `true` for a flag that begins with `--no-`. */
function readSwitch(option: Option, text: string): boolean | undefined {
  const on = { true: true, '1': true, false: false, '0': false }[text];
  if (on === undefined) throw new BargeinError(`${flagOf(option.attributeName())} ${text} is neither true nor false`, 'use true or false');
  return on || option.negate ? on : undefined;
}

/** Does something with a value; an error that names its flag then names the place where the value stands. */
export function pointTo<T>(flag: string, origin: Origin, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw pointedTo(thrown, flag, origin);
  }
}

/** An error of a value, which names the variable or the file and key instead of the flag. */
export function pointedTo(thrown: unknown, flag: string, { from, place }: Origin): unknown {
  if (!(thrown instanceof BargeinError) || from === 'flag' || from === 'default') return thrown;
  const told = thrown.message.startsWith(`${flag} `) ? thrown.message.slice(flag.length + 1) : null;
  const hint = thrown.hint.replace(`write e.g. ${flag} `, 'write e.g. ').replace(`leave ${flag} out`, 'take it out there');
  return new BargeinError(told === null ? `${place}: ${thrown.message}` : `${place} ${told}`, hint, thrown.code);
}

/** Says of variables that were probably meant for a flag, but set none. Others may begin with BARGEIN_ too. */
export function warnOfStrays(commands: readonly WithOptions[], { env, err }: Pick<Terminal, 'env' | 'err'>): void {
  const flags = commands.flatMap(settableOptions).map((option) => variableOf(option.attributeName()));
  const known = [...new Set([...flags, 'BARGEIN_CONFIG', 'BARGEIN_DEBUG', 'BARGEIN_SHARD_TOTAL'])].map(suffixOf);
  for (const name of Object.keys(env).filter((variable) => variable.startsWith(prefix) && !known.includes(suffixOf(variable)))) {
    const near = nearest(suffixOf(name), known);
    if (near !== null) err(`${name} sets nothing: did you mean ${prefix}${near}?\n`);
  }
}

const prefix = 'BARGEIN_';

function suffixOf(variable: string): string {
  return variable.slice(prefix.length);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
