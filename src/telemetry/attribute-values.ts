import type { Ms } from '../types.js';
import type { Amount, SpanMatch } from './mapping.js';
import type { Attributes, AttributeValue } from './span.js';

/** A number, or a text that is one; null: neither. */
export function numberOf(value: AttributeValue | undefined): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A text that is not empty, or the text of a number; null: neither. */
export function textOf(value: AttributeValue | undefined): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

export function isTrue(value: AttributeValue | undefined): boolean {
  return value === true || value === 'true';
}

/** An amount in ms; null where the attribute is missing or no number. */
export function amountMs(attributes: Attributes, { attribute, unit }: Amount): Ms | null {
  const value = numberOf(attributes[attribute]);
  return value === null ? null : unit === 's' ? value * 1000 : value;
}

/** Whether the attributes are as asked for; a value of false is also met by an attribute that is not there. */
export function meets(attributes: Attributes, where: SpanMatch['where']): boolean {
  if (where === undefined) return true;
  for (const name in where) {
    const wanted = where[name];
    const found = attributes[name];
    if (found === undefined ? wanted !== false : found !== wanted && String(found) !== String(wanted)) return false;
  }
  return true;
}

/** Whether a span of this name can be meant. */
export function isNamed(name: string, pattern: string | undefined): boolean {
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
