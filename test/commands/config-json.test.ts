import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/commands/config-json.js';

describe('JSON of a configuration', () => {
  it('is read as it is, with or without a byte order mark', () => {
    expect(parseJson('\uFEFF{ "a": [1, -0.5e2, true, null, "x\\u00e4", {}, []] }', 'f.json', 'mend it')).toEqual({ a: [1, -50, true, null, 'xä', {}, []] });
  });

  it.each([
    ['{"a": 1,}', 1, 9, "'}'"],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, `'"'`],
    ['{\n  "a": [1, 2}\n', 2, 13, "'}'"],
    ['[1, 2,]', 1, 7, "']'"],
    ['[,]', 1, 2, "','"],
    ['{a: 1}', 1, 2, "'a'"],
    ["{'a': 1}", 1, 2, "'''"],
    ['{"a" 1}', 1, 6, "'1'"],
    ['{"a": tru}', 1, 7, "'t'"],
    ['{"a": 01}', 1, 7, "'0'"],
    ['{"a": "x\ny"}', 1, 7, `'"'`],
    ['{} {}', 1, 4, "'{'"],
    ['{"a": 1, // why\n}', 1, 10, "'/'"],
    ['{"a": {', 1, 8, 'end of the file'],
    [' \n ', 2, 2, 'end of the file'],
  ])('%j is refused where it stops being JSON', (text, line, column, found) => {
    expect(() => parseJson(text, 'f.json', 'mend it')).toThrow(expect.objectContaining({ message: `f.json:${line}:${column}: not JSON: unexpected ${found}`, hint: 'mend it' }));
  });
});
