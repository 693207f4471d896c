import { stringify } from 'csv-stringify/sync';

export type CsvValue = string | number | boolean | null;

/** A column of a CSV file: its name, and its value in a row made from `Row`. */
export interface CsvColumn<Row> {
  readonly name: string;
  readonly value: (row: Row) => CsvValue;
}

/** But for the tab and the ends of lines, which CSV can hold. */
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** The line of column names. */
export function csvHeader<Row>(columns: readonly CsvColumn<Row>[]): string {
  return csvLine(columns.map(({ name }) => name));
}

export function csvRow<Row>(columns: readonly CsvColumn<Row>[], row: Row): string {
  return csvLine(columns.map(({ value }) => value(row)));
}

/**
 * One line with its newline. Missing values and numbers that are not finite are empty; text that a spreadsheet would take
 * for a formula gets an apostrophe in front; numbers stay numbers. Control characters, which a terminal would act on, are replaced.
 */
function csvLine(values: readonly CsvValue[]): string {
  const finite = values.map((value) => (typeof value === 'number' && !Number.isFinite(value) ? null : typeof value === 'string' ? value.replace(control, '\ufffd') : value));
  return stringify([finite], { escape_formulas: true, cast: { boolean: String } });
}

/** ms to 3 decimals. */
export function csvMs(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1e3) / 1e3;
}

/** A rate, 0 to 1, to 6 decimals. */
export function csvRate(rate: number | null): number | null {
  return rate === null ? null : Math.round(rate * 1e6) / 1e6;
}
