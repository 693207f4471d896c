import { BargeinError } from '../errors.js';
import type { AgentOptions, SessionContext } from '../types.js';
import type { ChildOrder } from './child.js';
import { splitCommand } from './command-line.js';
import { openOptions } from './option-table.js';
import type { TextOption } from './option-table.js';
import { looksSecret, secretOption } from './secrets.js';

function passedOn(form: string, doc: string): TextOption {
  return { type: 'text', default: '', form, pattern: /^[^\0\r\n]*$/, doc };
}

/** What every agent that is a command can be given. */
export const commandOptions = {
  'env.*': passedOn('a text', 'put into the environment of the command: env.NAME=VALUE'),
  'arg.*': passedOn('a text', 'appended to the command: arg.NAME=VALUE as the two words --NAME VALUE'),
} as const;

/** The command of an agent, and what it is started with. */
export class Command {
  readonly #words: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  readonly #args: readonly string[];

  /** @throws BargeinError for a line that cannot be split, and for options that look like secrets */
  constructor(line: string, options: AgentOptions) {
    this.#words = splitCommand(line);
    this.#env = texts(options, 'env');
    this.#args = Object.entries(texts(options, 'arg')).flatMap(([name, value]) => [`--${name}`, value]);
    const bad = Object.keys(this.#env).find((name) => name.includes('=') || name.includes('\0'));
    if (bad !== undefined) throw new BargeinError(`agent option env.${bad}: a name in the environment holds no '='`, '--agent-option env.NAME=VALUE');
  }

  /**
   * @param own what the harness says in the environment
   * @param place words from those of the command line
   */
  order(own: Readonly<Record<string, string>>, place: (words: readonly string[]) => readonly string[] = (words) => words): ChildOrder {
    return { words: [...place(this.#words), ...this.#args], env: { ...own, ...this.#env }, hidden: Object.values(this.#env) };
  }
}

function texts(options: AgentOptions, prefix: string): Record<string, string> {
  const values = Object.entries(openOptions(options, prefix)).map(([name, value]) => [name, String(value)] as const);
  const secret = values.find(([name]) => looksSecret(name));
  if (secret) throw secretOption(`${prefix}.${secret[0]}`, `set ${secret[0]} in the environment of bargein: the command inherits it`);
  return Object.fromEntries(values);
}

/** What an agent's command is told of its call in the environment. `responsePath`: see `ResponseFile`; null where it says its own words. */
export function callEnvironment(context: SessionContext, turns: string, responsePath: string | null): Record<string, string> {
  // https://opentelemetry.io/docs/specs/otel/context/env-carriers/
  const traced: Record<string, string> = context.traceparent === null ? {} : { TRACEPARENT: context.traceparent };
  const told = { ...traced, BARGEIN_TURNS: turns, BARGEIN_RATE_HZ: String(context.format.rateHz) };
  return responsePath === null ? told : { ...told, BARGEIN_RESPONSE: responsePath, BARGEIN_SEED: String(context.seed) };
}
