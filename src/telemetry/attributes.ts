import type { Attributes, AttributeValue } from './span.js';

/** Values nest no deeper than this; what is below is left out. */
export const deepestValue = 16;

/** An attribute's value in any format; null where it is empty. */
export type LooseValue = string | number | boolean | null | readonly LooseValue[] | ReadonlyMap<string, LooseValue>;

export type Bag = Record<string, AttributeValue>;
/** Makes objects without `Object.prototype` that V8 treats as any other, which it does not where `Object.create(null)` made them. */
const BagOf = function () {} as unknown as new () => Bag;
BagOf.prototype = Object.create(null);

export function emptyBag(): Bag {
  return new BagOf();
}

export const noAttributes: Attributes = Object.freeze(emptyBag());

/** Sets a value under its name; the fields of a nested one under `name.field`, an empty one not at all. */
export function put(bag: Bag, name: string, value: LooseValue): void {
  if (value === null) return;
  if (typeof value !== 'object') bag[name] = value;
  else if (value instanceof Map) for (const [field, inner] of value as ReadonlyMap<string, LooseValue>) put(bag, `${name}.${field}`, inner);
  else bag[name] = (value as readonly LooseValue[]).map((item) => (item !== null && typeof item !== 'object' ? item : JSON.stringify(item, mapsAsObjects)));
}

function mapsAsObjects(_: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

/** An int64 as a number where one holds it, else as its decimal text. */
export function int64Of(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
