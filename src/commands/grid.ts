import { BargeinError } from '../errors.js';
import type { OptionValue } from '../types.js';
import { typedOptions } from './values.js';

/** One parameter of a grid with its values in the order given, as text; none twice. */
export interface GridAxis {
  readonly name: string;
  readonly values: readonly string[];
}

/** Points of a grid, at most: each is a run of its own. */
export const mostPoints = 200;

const decimal = /^-?(\d+\.?\d*|\.\d+)$/;
const numeric = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/** One spelling for each number (`0.50`, `.5` and `5e-1` are `0.5`), always plain decimals; other texts as they are. */
function oneSpelling(text: string): string {
  const value = numeric.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value)) return text;
  const shortest = String(value);
  return shortest.includes('e') ? value.toLocaleString('en-US', { useGrouping: false, maximumSignificantDigits: 17 }) : shortest;
}

/**
 * Reads `name=a,b,c` or `name=from:to:step`, both ends included. Two spellings of a number are one value (`0.50` is `0.5`), and a
 * range is counted in decimal digits, so that 0.4:0.65:0.05 holds 0.45.
 * @throws BargeinError for a text that is neither, and for a range that is empty, endless or does not meet its end
 */
export function parseAxis(flag: string, text: string): GridAxis {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(at, 0)).trim();
  const values = text.slice(at + 1).trim();
  if (name === '' || values === '') throw new BargeinError(`${flag} ${text} is not of the form name=values`, `write e.g. ${flag} vad.threshold=0.4:0.65:0.05 or ${flag} tts.chunkMs=30,60,200`);
  return { name, values: [...new Set(parseValues(flag, name, values))] };
}

function parseValues(flag: string, name: string, text: string): string[] {
  const parts = text.split(':').map((part) => part.trim());
  if (parts.length > 1 && parts.every((part) => decimal.test(part))) return expandRange(`${flag} ${name}=${text}`, parts);
  const items = text.split(',').map((item) => item.trim());
  if (items.includes('')) throw new BargeinError(`${flag} ${name}=${text} has an empty place`, 'write the values with commas between, e.g. 30,60,200');
  return items.map(oneSpelling);
}

function expandRange(place: string, parts: readonly string[]): string[] {
  if (parts.length !== 3) throw new BargeinError(`${place} is not a range`, 'write from:to:step, e.g. 0.4:0.65:0.05');
  const digits = Math.max(...parts.map(decimalsOf));
  if (digits > 9) throw new BargeinError(`${place} has more digits than can be told apart`, 'write the numbers with at most 9 decimals');
  const [from, to, step] = parts.map((part) => Math.round(Number(part) * 10 ** digits));
  if (step <= 0) throw new BargeinError(`${place}: the step must be above 0`, 'write from:to:step, e.g. 0.4:0.65:0.05');
  if (from > to) throw new BargeinError(`${place} runs backwards`, 'write the smaller end first');
  const steps = Math.floor((to - from) / step);
  if (steps >= mostPoints) throw new BargeinError(`${place} holds ${steps + 1} values, of at most ${mostPoints}`, 'take a larger step');
  const text = (value: number) => String(Number((value / 10 ** digits).toFixed(digits)));
  const last = from + steps * step;
  if (last !== to) throw new BargeinError(`${place} does not meet its end: the last value is ${text(last)}`, `end the range at ${text(last)} or ${text(last + step)}, or change the step`);
  return Array.from({ length: steps + 1 }, (_, i) => text(from + i * step));
}

function decimalsOf(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}

/** Values by parameter, in the order in which the parameters were first named. */
export type GridFlags = Readonly<Record<string, readonly string[]>>;

/**
 * Reads a parameter that may be given several times, each with another name.
 * @throws BargeinError where a name comes twice
 */
export function axes(flag: string): (text: string, previous: GridFlags | undefined) => GridFlags {
  return (text, previous = {}) => {
    const { name, values } = parseAxis(flag, text);
    if (Object.hasOwn(previous, name)) throw new BargeinError(`${flag} ${name} is given twice`, `write all its values in one place: ${flag} ${name}=a,b,c`);
    return { ...previous, [name]: values };
  };
}

export function axesOf(flags: GridFlags): GridAxis[] {
  return Object.entries(flags).map(([name, values]) => ({ name, values }));
}

/**
 * Every combination of the values, the last axis running fastest; one empty point of no axis.
 * @throws BargeinError where there are too many
 */
export function gridTexts(grid: readonly GridAxis[]): Record<string, string>[] {
  const count = grid.reduce((product, { values }) => product * values.length, 1);
  if (count > mostPoints) {
    const sizes = grid.map(({ name, values }) => `${name} ${values.length}`).join(' x ');
    throw new BargeinError(`the grid has ${count} points (${sizes}), of at most ${mostPoints}`, 'take fewer values, or sweep one parameter at a time');
  }
  return grid.reduce<Record<string, string>[]>((points, { name, values }) => points.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))), [{}]);
}

/** The points of a grid as options of an agent: numbers and booleans typed. */
export function gridPoints(grid: readonly GridAxis[]): Record<string, OptionValue>[] {
  return gridTexts(grid).map(typedOptions);
}

/**
 * Which point the others are held against: the one with the values that are named; of a parameter that is not named, the agent's own
 * value where the grid has it, else the first.
 * @param named values by parameter, as text
 * @param own every option of the agent with the value in force
 * @throws BargeinError for a parameter or a value that the grid does not have
 */
export function findReference(grid: readonly GridAxis[], named: Readonly<Record<string, string>>, own: Readonly<Record<string, OptionValue>>): number {
  const stray = Object.keys(named).find((name) => !grid.some((axis) => axis.name === name));
  if (stray !== undefined) throw new BargeinError(`--reference ${stray}=${named[stray]}: '${stray}' is not swept`, `use one of ${grid.map(({ name }) => name).join(', ')}`);
  return grid.reduce((index, { name, values }) => index * values.length + placeOn(values, name, named[name], own[name]), 0);
}

function placeOn(values: readonly string[], name: string, named: string | undefined, own: OptionValue | undefined): number {
  const wanted = named ?? (own === undefined ? values[0] : String(own));
  const place = values.indexOf(oneSpelling(wanted));
  if (place < 0 && named !== undefined) throw new BargeinError(`--reference ${name}=${named} is no point of the grid`, `use one of ${values.join(', ')}`);
  return Math.max(place, 0);
}

/** A point as part of a file name: `03-vad.threshold-0.5`. `index` counts from 0, the name from 1. */
export function pointFolder(index: number, count: number, point: Readonly<Record<string, OptionValue>>): string {
  const number = String(index + 1).padStart(String(count).length, '0');
  const slug = Object.entries(point).map(([name, value]) => `${name}-${value}`).join('_');
  return `${number}-${slug.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 80)}`.replace(/[-.]+$/, '');
}
