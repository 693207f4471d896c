import { BargeinError } from '../errors.js';

type Expected = 'value' | 'key' | 'colon' | 'rest' | 'nothing';

const token = /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/y;

/**
 * @param path names the file in errors
 * @throws BargeinError naming file, line and column of the first character that does not fit
 */
export function parseJson(text: string, path: string, hint: string): unknown {
  const plain = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(plain) as unknown;
  } catch {
    const at = faultIn(plain);
    const before = plain.slice(0, at).split('\n');
    const found = [...plain.slice(at)][0];
    throw new BargeinError(`${path}:${before.length}:${before[before.length - 1].length + 1}: not JSON: unexpected ${found === undefined ? 'end of the file' : `'${found}'`}`, hint);
  }
}

/** Where a text stops being JSON, as an offset; the engine's own words do not always say. */
function faultIn(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let empty = false;
  let end = 0;
  for (;;) {
    token.lastIndex = end;
    const match = token.exec(text);
    const start = end + (/^[ \t\r\n]*/.exec(text.slice(end)) as RegExpExecArray)[0].length;
    if (!match) return start;
    const [, mark, string] = match;
    const next = stepOf(expected, empty, open, mark, string !== undefined);
    if (next === null) return start;
    empty = mark === '{' || mark === '[';
    expected = next;
    end = token.lastIndex;
  }
}

/** What may follow; null where the token does not fit. Opens and closes on `open`. */
function stepOf(expected: Expected, empty: boolean, open: ('{' | '[')[], mark: string | undefined, isString: boolean): Expected | null {
  const closes = (mark === '}' && open.at(-1) === '{') || (mark === ']' && open.at(-1) === '[');
  if (closes && (expected === 'rest' || empty)) {
    open.pop();
    return open.length === 0 ? 'nothing' : 'rest';
  }
  switch (expected) {
    case 'value':
      if (mark === undefined) return open.length === 0 ? 'nothing' : 'rest';
      if (mark !== '{' && mark !== '[') return null;
      open.push(mark);
      return mark === '{' ? 'key' : 'value';
    case 'key':
      return isString ? 'colon' : null;
    case 'colon':
      return mark === ':' ? 'value' : null;
    case 'rest':
      return mark !== ',' ? null : open.at(-1) === '{' ? 'key' : 'value';
    case 'nothing':
      return null;
  }
}
