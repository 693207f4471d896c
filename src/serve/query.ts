import type { IncomingMessage } from 'node:http';

/** The query parameters of a request; none where its address is no address. */
export function queryOf(request: IncomingMessage): Readonly<Record<string, string>> {
  const base = 'ws://localhost';
  const path = request.url ?? '/';
  return URL.canParse(path, base) ? Object.fromEntries(new URL(path, base).searchParams) : {};
}

const defaultRateHz = 16000;
const lowestRateHz = 8000;
const highestRateHz = 48000;

/** The rate that a caller asks for in its query, which may be none: see `isServedRate`. */
export function rateIn({ rateHz }: Readonly<Record<string, string>>): number {
  return rateHz === undefined ? defaultRateHz : Number(rateHz);
}

export function isServedRate(rateHz: number): boolean {
  return Number.isInteger(rateHz) && rateHz >= lowestRateHz && rateHz <= highestRateHz;
}

/** What a caller is told that asks for another rate. */
export const servedRates = `rateHz must be ${lowestRateHz} to ${highestRateHz}`;
