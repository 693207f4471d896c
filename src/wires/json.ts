import type { z } from 'zod';
import { Refusal } from './refusal.js';

/**
 * The object that a JSON text message is.
 * @param what names the message, e.g. `a message of the agent`
 * @throws Refusal for anything else
 */
export function jsonObject(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(`${what} is not JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal(`${what} is not a JSON object`);
  return value as Record<string, unknown>;
}

/** @throws Refusal that says which field is wrong, and how */
export function fitting<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  const missing = path.length > 0 && path.reduce<unknown>((at, name) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[name] : undefined), value) === undefined;
  throw new Refusal(`${what}${path.length > 0 ? `: ${path.join('.')}` : ''}: ${missing ? 'is missing' : message}`);
}

/** A property of what may be no object at all; undefined where there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
