import { BargeinError, nearest } from '../errors.js';
import type { AgentOptions, OptionValue } from '../types.js';

export interface NumberOption {
  readonly type: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string | null;
  readonly doc: string;
}

export interface BooleanOption {
  readonly type: 'boolean';
  readonly default: boolean;
  readonly doc: string;
}

export interface ChoiceOption<T extends string = string> {
  readonly type: 'choice';
  readonly default: T;
  readonly choices: readonly T[];
  readonly doc: string;
}

export interface TextOption {
  readonly type: 'text';
  readonly default: string;
  /** What it may be, in words. */
  readonly form: string;
  /** What it must match as a whole; null: anything without line breaks. */
  readonly pattern: RegExp | null;
  readonly doc: string;
}

export type OptionSpec = NumberOption | BooleanOption | ChoiceOption | TextOption;
/**
 * The options of one kind of agent, by dotted name. A name that ends in `.*` stands for all that begin so: what the far side understands
 * is not known here. Such options have no default, and their values are passed on as they are given.
 */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** The values of a table, typed. */
export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T & string]: T[K] extends NumberOption ? number : T[K] extends BooleanOption ? boolean : T[K] extends ChoiceOption<infer C> ? C : T[K] extends TextOption ? string : never;
};

/** What a value may be, in words. */
export function allowedOf(spec: OptionSpec): string {
  switch (spec.type) {
    case 'number':
      return `${spec.min} to ${spec.max}${spec.unit ? ` ${spec.unit}` : ''}`;
    case 'boolean':
      return 'true or false';
    case 'choice':
      return spec.choices.join(', ');
    case 'text':
      return spec.form;
  }
}

/**
 * Every option of the table with the value in force: given, else of the preset, else the default. A number or a boolean may be given as
 * text.
 * @throws BargeinError for an unknown name or a value that is not allowed
 */
export function resolveOptions<T extends OptionTable>(agent: string, table: T, preset: AgentOptions, given: AgentOptions): OptionValues<T> {
  const names = Object.keys(table);
  const own = names.filter((name) => !name.endsWith(openEnd));
  const open: [string, OptionValue][] = [];
  for (const [name, value] of Object.entries(given)) {
    if (own.includes(name)) continue;
    const family = names.find((known) => isOpen(known, name));
    if (family === undefined) throw unknownOption(agent, name, names);
    open.push([name, checked(agent, name, table[family], value)]);
  }
  const values = own.map((name) => [name, checked(agent, name, table[name], given[name] ?? preset[name] ?? table[name].default)]);
  return Object.fromEntries([...values, ...open]) as OptionValues<T>;
}

const openEnd = '.*';

/** Whether `name` is one of the names that an open one, `param.*`, stands for. */
function isOpen(known: string, name: string): boolean {
  return known.endsWith(openEnd) && name.startsWith(known.slice(0, -1)) && name.length > known.length - 1;
}

/** The options that an open name stands for, without its beginning: those of `param.*` by what follows `param.`. */
export function openOptions(options: AgentOptions, prefix: string): Record<string, OptionValue> {
  const start = `${prefix}.`;
  return Object.fromEntries(Object.entries(options).flatMap(([name, value]) => (name.startsWith(start) ? [[name.slice(start.length), value]] : [])));
}

function unknownOption(agent: string, name: string, names: readonly string[]): BargeinError {
  const near = names.find((known) => known.endsWith(`.${name}`)) ?? nearest(name, names);
  return new BargeinError(`agent '${agent}' has no option '${name}'`, near ? `did you mean '${near}'?` : `its options: ${names.join(', ')}`);
}

function checked(agent: string, name: string, spec: OptionSpec, value: OptionValue): OptionValue {
  const parsed = parse(spec, value);
  if (parsed !== null) return parsed;
  throw new BargeinError(`agent option ${name}=${value}: must be ${spec.type === 'choice' ? 'one of ' : ''}${allowedOf(spec)}`, `set it with --agent-option ${name}=${spec.default === '' ? 'VALUE' : `${spec.default} (the default of '${agent.split(':')[0]}')`}, or leave it out`);
}

const oneLine = /^[^\r\n]*$/;

/** The value as the type says; null where it is not one that is allowed. */
function parse(spec: OptionSpec, value: OptionValue): OptionValue | null {
  switch (spec.type) {
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && number >= spec.min && number <= spec.max ? number : null;
    }
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return value === 'true' ? true : value === 'false' ? false : null;
    case 'choice':
      return typeof value === 'string' && spec.choices.includes(value) ? value : null;
    case 'text': {
      const text = String(value);
      return (spec.pattern ?? oneLine).test(text) ? text : null;
    }
  }
}
