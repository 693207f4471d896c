/** A message is meant where each of these paths has that value. */
export type Rule = readonly { readonly path: string; readonly value: string }[];

/** Reads `type=speech-update,role=user`; null for what is no such list. */
export function parseRule(text: string): Rule | null {
  const parts = text.split(',').map((part) => /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(part));
  return parts.every((part) => part !== null) ? parts.map(([, path, value]) => ({ path, value })) : null;
}

/** What is at a path of names with dots between, such as `audio_event.audio_base_64`; undefined where nothing is. */
export function valueAt(message: unknown, path: string): unknown {
  let value = message;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

export function holds(rule: Rule, message: unknown): boolean {
  return rule.length > 0 && rule.every(({ path, value }) => isPlain(valueAt(message, path)) && String(valueAt(message, path)) === value);
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** A JSON text with `$NAME` in its strings replaced, as JSON writes it. */
export function filled(template: string, name: string, value: string): string {
  return template.replaceAll(name, () => JSON.stringify(value).slice(1, -1));
}

/** Whether a template has its place and is JSON once that is filled. */
export function isTemplate(template: string, name: string): boolean {
  if (!template.includes(name)) return false;
  try {
    JSON.parse(filled(template, name, 'x'));
    return true;
  } catch {
    return false;
  }
}

export type JsonObject = { [name: string]: unknown };

/** A copy with values set at their paths; a text that is JSON (a number, true, a list) is set as what it says, any other as a text. */
export function withFields(base: JsonObject, fields: Readonly<Record<string, string>>): JsonObject {
  const out = structuredClone(base);
  for (const [path, text] of Object.entries(fields)) {
    const names = path.split('.');
    const last = names.pop() as string;
    let at = out;
    for (const name of names) {
      const next = Object.hasOwn(at, name) ? at[name] : undefined;
      at = isObject(next) ? next : (define(at, name, {}) as JsonObject);
    }
    define(at, last, valueOf(text));
  }
  return out;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field of this very name, `__proto__` included. */
function define(object: JsonObject, name: string, value: unknown): unknown {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  return value;
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
