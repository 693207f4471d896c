import { BargeinError, nearest } from '../errors.js';
import { isBaselineName } from '../report/folder.js';
import type { Ms, OptionValue } from '../types.js';

/** Reads the text after a flag. Every parser throws a BargeinError that names flag, text and what is allowed. */
export type Parser<T> = (text: string) => T;

function refuse(flag: string, text: string, problem: string, allowed: string): never {
  throw new BargeinError(`${flag} ${text === '' ? "''" : text} ${problem}`, allowed);
}

/** A number from `least` to `most`; `unit` only for the message. */
export function number(flag: string, least: number, most: number, unit = ''): Parser<number> {
  const allowed = `give a number from ${least} to ${most}${unit && ` ${unit}`}`;
  return (text) => {
    const value = readNumber(text);
    if (value === null) return refuse(flag, text, 'is not a number', allowed);
    return value >= least && value <= most ? value : refuse(flag, text, 'is out of range', allowed);
  };
}

/** A whole number from `least` to `most`. */
export function wholeNumber(flag: string, least: number, most = Number.MAX_SAFE_INTEGER): Parser<number> {
  const allowed = most === Number.MAX_SAFE_INTEGER ? `give a whole number of ${least} or more` : `give a whole number from ${least} to ${most}`;
  return (text) => {
    const value = readNumber(text);
    if (value === null || !Number.isInteger(value)) return refuse(flag, text, 'is not a whole number', allowed);
    return value >= least && value <= most ? value : refuse(flag, text, 'is out of range', allowed);
  };
}

/** Only plain decimal notation: no hexadecimal, no exponent, no surrounding blanks. */
function readNumber(text: string): number | null {
  return /^-?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : null;
}

const durationUnitsMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** `90s`, `2m`, `500ms`, `1h`; a plain number is seconds. Result in ms. */
export function duration(flag: string, leastMs: Ms, mostMs: Ms): Parser<Ms> {
  const allowed = `give a time from ${showDuration(leastMs)} to ${showDuration(mostMs)}, e.g. 500ms, 90s or 2m (a plain number is seconds)`;
  return (text) => {
    const match = /^(\d+\.?\d*|\.\d+)(ms|s|m|h)?$/.exec(text);
    if (!match) return refuse(flag, text, 'is not a time', allowed);
    const valueMs = Number(match[1]) * durationUnitsMs[(match[2] ?? 's') as keyof typeof durationUnitsMs];
    return valueMs >= leastMs && valueMs <= mostMs ? valueMs : refuse(flag, text, 'is out of range', allowed);
  };
}

/** The largest unit in which a time is a whole number: `90s`, `2m`. */
export function showDuration(valueMs: Ms): string {
  const units = Object.entries(durationUnitsMs).reverse();
  const [unit, sizeMs] = units.find(([, size]) => valueMs % size === 0) ?? ['ms', 1];
  return `${valueMs / sizeMs}${unit}`;
}

/** What a flag may be, where that is a few words: a shell proposes them. */
export interface Choices {
  readonly words: readonly string[];
  /** Several of them, with commas between. */
  readonly list: boolean;
}

/** A parser that knows what it lets through. */
type Choosing<T> = Parser<T> & { readonly choices?: Choices };

/** The words that a parser lets through; null where it does not take words of a few. */
export function choicesOf(parser: unknown): Choices | null {
  return typeof parser === 'function' && 'choices' in parser ? ((parser as Choosing<unknown>).choices ?? null) : null;
}

/** One of a few words. */
export function oneOf<const T extends string>(flag: string, known: readonly T[]): Choosing<T> {
  const parser = (text: string) => {
    const value = known.find((name) => name === text);
    if (value !== undefined) return value;
    const near = nearest(text, known);
    return refuse(flag, text, 'is not known', `${near ? `did you mean '${near}'? ` : ''}use one of ${known.join(', ')}`);
  };
  return Object.assign(parser, { choices: { words: known, list: false } });
}

/** Reads a list; given again, the flag adds to what it said before. */
export type ListParser<T> = (text: string, previous?: readonly T[]) => T[];

/** Words or numbers with commas between; each is read by `item`, and none is kept twice. */
export function list<T>(flag: string, item: Choosing<T>): ListParser<T> & Pick<Choosing<T>, 'choices'> {
  // A default, which comes as `previous` too, is not added to.
  const given = new WeakSet<readonly T[]>();
  const parser: ListParser<T> = (text, previous) => {
    const parts = text.split(',').map((part) => part.trim());
    if (parts.includes('')) return refuse(flag, text, 'has an empty place', 'write the values with commas between, e.g. a,b,c');
    const values = [...new Set([...(previous && given.has(previous) ? previous : []), ...parts.map(item)])];
    given.add(values);
    return values;
  };
  return Object.assign(parser, item.choices && { choices: { ...item.choices, list: true } });
}

/** Latency limits in ms, ascending. Whole numbers, since they name columns. */
export function latencyLimits(flag: string): ListParser<Ms> {
  const read = list(flag, wholeNumber(flag, 1, 10_000));
  return (text, previous) => read(text, previous).sort((a, b) => a - b);
}

/** For a flag that may be given several times: `name=value` pairs, the last one of a name holds. */
export function pairs(flag: string, example: string): (text: string, previous: Readonly<Record<string, string>> | undefined) => Record<string, string> {
  return (text, previous) => {
    const at = text.indexOf('=');
    const [name, value] = [text.slice(0, Math.max(at, 0)).trim(), text.slice(at + 1).trim()];
    if (name === '' || value === '' || name === '__proto__') refuse(flag, text, 'is not of the form name=value', `write e.g. ${flag} ${example}`);
    return { ...previous, [name]: value };
  };
}

/** For a flag that may be given several times: every text, in order. */
export function repeated(text: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), text];
}

/** Text that is not blank and fits into a cell. */
export function shortText(flag: string, most = 100): Parser<string> {
  return (text) => {
    const value = text.trim();
    if (value === '' || value.length > most || /[\u0000-\u001f\u007f]/.test(value)) {
      return refuse(flag, `'${value.slice(0, 20)}'`, 'cannot be used', `give 1 to ${most} characters on one line`);
    }
    return value;
  };
}

/** What a baseline may be called: it is a folder's name, never a path. */
export function baselineName(flag: string): Parser<string> {
  return (text) => (isBaselineName(text) ? text : refuse(flag, text, 'is not the name of a baseline', 'give 1 to 64 letters, digits, dots, underscores or hyphens, e.g. main'));
}

/** Option values as an agent takes them: `true`/`false`, a number, or the text as it is. */
export function typedOptions(texts: Readonly<Record<string, string>>): Record<string, OptionValue> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, typed(text)]));
}

function typed(text: string): OptionValue {
  if (text === 'true' || text === 'false') return text === 'true';
  return readNumber(text) ?? text;
}

/** Which ends a share may reach. */
interface ShareBounds {
  readonly zero: boolean;
  readonly one: boolean;
}

/** A share from 0 to 1, both ends left out unless `bounds` lets them in, written `0.05` or `5%`. */
export function share(flag: string, example: string, { zero, one }: ShareBounds = { zero: false, one: false }): Parser<number> {
  return (text) => {
    const match = /^(\d+\.?\d*|\.\d+) ?(%)?$/.exec(text.trim());
    const value = match ? Number(match[2] ? `${Number(match[1])}e-2` : match[1]) : NaN;
    if ((value > 0 || (zero && value === 0)) && (value < 1 || (one && value === 1))) return value;
    const meant = match && !match[2] && value >= 1 && value < 100 ? `did you mean ${text.trim()}%? ` : '';
    return refuse(flag, text, 'is not a share between 0 and 1', `${meant}write e.g. ${example}`);
  };
}
