import type { RateFigure } from '../measure/figures.js';
import type { PairedDifference } from '../measure/comparison.js';
import type { Ms } from '../types.js';
import { nothing } from './format.js';

/*
 * Numbers for tables of 80 columns: units stand in the heads.
 */

/** In %, without the sign. */
export function share(rate: number | null): string {
  return rate === null ? nothing : (100 * rate).toFixed(1);
}

export function rateText({ rate, lo, hi }: RateFigure): string {
  return `${share(rate)}${bounds(lo, hi, share)}`;
}

/** ms; one decimal where there is room for it. */
export function msText(ms: Ms | null): string {
  return ms === null ? nothing : ms.toFixed(Math.abs(ms) < 1000 ? 1 : 0);
}

/** A value, or what it is more than where it falls among the misses. */
export function percentileText({ valueMs, moreThanMs }: { readonly valueMs: Ms | null; readonly moreThanMs: Ms | null }): string {
  return valueMs === null && moreThanMs !== null ? `>${Math.floor(moreThanMs)}` : msText(valueMs);
}

export function bounds(lo: number | null, hi: number | null, show: (value: number | null) => string): string {
  return lo === null && hi === null ? '' : ` (${show(lo)}..${show(hi)})`;
}

function signed(text: string): string {
  if (text === nothing) return text;
  const value = Number(text);
  return value > 0 ? `+${text}` : value === 0 ? text.replace('-', '') : text;
}

/** `+2.1`, in points of a rate. */
export function pointsText(value: number | null): string {
  return signed(share(value));
}

export function signedMs(value: number | null): string {
  return signed(value === null ? nothing : value.toFixed(Math.abs(value) < 100 ? 1 : 0));
}

export function differenceText(of: PairedDifference | null, show: (value: number | null) => string): string {
  return of === null || of.difference === null ? nothing : `${show(of.difference)}${bounds(of.lo, of.hi, show)}`;
}
