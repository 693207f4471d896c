import type { Option } from '@commander-js/extra-typings';
import { stableJson } from '../report/run-json.js';
import { wrap } from '../report/layout.js';
import { configKeyOf, settableOptions } from './setting-names.js';
import type { WithOptions } from './setting-names.js';
import { isRecord } from './setting-sources.js';
import type { Origin } from './setting-sources.js';
import type { Settings } from './settings.js';
import { renderTable } from './table.js';

/** One value with where it comes from. */
interface Row {
  /** As in a configuration file, e.g. `agentOptions.vad.threshold`. */
  readonly key: string;
  /** null: none. */
  readonly value: unknown;
  readonly origin: Origin;
}

export interface Shown {
  readonly json: boolean;
  /** Width of the text, characters. */
  readonly columns: number;
}

const byDefault: Origin = { from: 'default', place: 'default' };

/**
 * Every setting of a command with its value and where that comes from; of the environment only our own variables. As text, or as
 * JSON: `{ file, settings: { KEY: { value, from, place } } }`.
 *
 * @param effective what settings come to once the defaults are filled in, by the flag's name; of those left out, what the flag says
 */
export function describeSettings(command: WithOptions, settings: Settings<unknown>, effective: Readonly<Record<string, unknown>>, { json, columns }: Shown): string {
  const rows = settableOptions(command).flatMap((option) => rowsOf(option, settings, effective));
  const file = settings.file?.path ?? null;
  if (json) return stableJson({ file, settings: Object.fromEntries(rows.map(({ key, value, origin: { from, place } }) => [key, { value, from, place }])) });
  const keyWidth = Math.min(Math.max(...rows.map(({ key }) => key.length)), Math.floor(columns * 0.4));
  const placeWidth = Math.min(Math.max(...rows.map(({ origin }) => placeOf(origin, file).length), 10), Math.floor(columns * 0.35));
  const widths = [keyWidth, columns - keyWidth - placeWidth - 4, placeWidth];
  const cells = rows.flatMap(({ key, value, origin }) => wrapRow([key, showValue(value), placeOf(origin, file)], widths));
  const heads = ['setting', 'value', 'from'].map((head) => ({ head, align: 'left' as const }));
  return `${wrap(`configuration file: ${file ?? 'none'}`, columns).join('\n')}\n\n${renderTable(heads, cells)}`;
}

/** The values of `name=value` flags stand in rows of their own. */
function rowsOf(option: Option, { flags, origins }: Settings<unknown>, effective: Readonly<Record<string, unknown>>): Row[] {
  const name = option.attributeName();
  const key = configKeyOf(name);
  const none = option.required || option.optional ? null : false;
  const value = (Object.hasOwn(effective, name) ? effective : (flags as Readonly<Record<string, unknown>>))[name] ?? none;
  const origin = origins.get(name) ?? byDefault;
  const entries = isRecord(value) ? Object.entries(value) : null;
  if (entries === null || entries.length === 0) return [{ key, value: entries === null ? value : null, origin }];
  return entries.map(([part, item]) => ({ key: `${key}.${part}`, value: item, origin: origins.get(`${name}.${part}`) ?? byDefault }));
}

/** The file is named once above the table: here it is `file`, with the key where that is another one than the row's. */
function placeOf({ from, place }: Origin, file: string | null): string {
  if (from !== 'file' || file === null) return place;
  const key = place.slice(file.length + 2);
  return key.includes('.') ? `file: ${key}` : 'file';
}

function showValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  if (!Array.isArray(value)) return String(value);
  return value.length === 0 ? '-' : value.join(typeof value[0] === 'number' ? ', ' : '\n');
}

/** A row as lines of a table: what is too long goes on below. */
function wrapRow(cells: readonly string[], widths: readonly number[]): string[][] {
  const wrapped = cells.map((cell, i) => cell.split('\n').flatMap((line) => wrap(line, widths[i])));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => wrapped.map((lines) => lines[line] ?? ''));
}
