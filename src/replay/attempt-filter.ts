import { BargeinError, nearest } from '../errors.js';
import type { Attempt } from '../types.js';

/** What attempts can be chosen by, under the names of the result columns. */
const fields: Record<string, (attempt: Attempt) => string> = {
  attempt_id: ({ id }) => id,
  agent_clip: ({ agentClip }) => agentClip,
  user_clip: ({ userClip }) => userClip ?? '',
  user_clip_kind: ({ userClipKind }) => userClipKind ?? '',
  intent: ({ intent }) => intent,
  persona: ({ persona }) => persona,
  condition: ({ condition }) => condition,
  offset_band: ({ offsetBand }) => offsetBand,
};

/**
 * The attempts that meet every expression, each `key=value` or `key=value,value` (any of them).
 *
 * @throws BargeinError for an expression that is none, a key that does not exist, or a value that no attempt has
 */
export function filterAttempts(attempts: readonly Attempt[], expressions: readonly string[]): Attempt[] {
  const kept = expressions.reduce<readonly Attempt[]>((left, expression) => {
    const { key, values } = parseExpression(expression);
    const known = [...new Set(attempts.map(fields[key]))].filter((value) => value !== '').sort();
    const unmatched = values.find((value) => !known.includes(value));
    if (unmatched !== undefined) {
      const near = nearest(unmatched, known);
      throw new BargeinError(`--filter ${expression}: no attempt has ${key} '${unmatched}'`, `${near ? `did you mean '${near}'? ` : ''}there are ${abridged(known)}`);
    }
    return left.filter((attempt) => values.includes(fields[key](attempt)));
  }, attempts);
  if (kept.length === 0) {
    throw new BargeinError(`no attempt meets ${expressions.map((expression) => `--filter ${expression}`).join(' and ')}`, 'several filters must all hold: leave one out');
  }
  return [...kept];
}

function parseExpression(expression: string): { key: string; values: string[] } {
  const at = expression.indexOf('=');
  const key = expression.slice(0, Math.max(at, 0)).trim();
  const values = expression.slice(at + 1).split(',').map((value) => value.trim()).filter((value) => value !== '');
  if (at < 1 || values.length === 0) {
    throw new BargeinError(`--filter ${expression} is not of the form key=value`, 'write e.g. --filter intent=interruption or --filter persona=angry,soft');
  }
  if (!Object.hasOwn(fields, key)) {
    const near = nearest(key, Object.keys(fields));
    throw new BargeinError(`--filter ${expression}: unknown key '${key}'`, `${near ? `did you mean '${near}'? ` : ''}the keys are ${Object.keys(fields).join(', ')}`);
  }
  return { key, values };
}

function abridged(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ');
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}
