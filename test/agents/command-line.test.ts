import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitCommand } from '../../src/agents/command-line.js';
import { BargeinError } from '../../src/errors.js';

describe('splitting a command line', () => {
  it.each([
    ['node agent.js', ['node', 'agent.js']],
    ['  node \t agent.js\n', ['node', 'agent.js']],
    [`node 'my agent.js' "a b"`, ['node', 'my agent.js', 'a b']],
    [`a"b c"d'e f'g`, ['ab cde fg']],
    [`a '' ""`, ['a', '', '']],
    ['a\\ b c\\\\d', ['a b', 'c\\d']],
    [`a '\\' "\\\\ \\" \\n"`, ['a', '\\', '\\ " \\n']],
    [`sh -c 'echo $HOME | cat > x; y'`, ['sh', '-c', 'echo $HOME | cat > x; y']],
    ['a {addr} * ~ #x', ['a', '{addr}', '*', '~', '#x']],
  ])('%j', (line, words) => {
    expect(splitCommand(line)).toEqual(words);
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ["'' x", 'empty'],
    ["a 'b", 'open single quote'],
    ['a "b', 'open double quote'],
    ['a \\', 'ends in a backslash'],
    ['a | b', "'|'"],
    ['a; b', "';'"],
    ['a && b', "'&'"],
    ['a > b', "'>'"],
    ['a $HOME', "'$'"],
    ['a "$HOME"', "'$' in double quotes"],
    ['a `b`', "'`'"],
    ['a \0', 'character 0'],
    ["a '\0'", 'character 0'],
  ])('refuses %j', (line, reason) => {
    expect(() => splitCommand(line)).toThrow(BargeinError);
    expect(() => splitCommand(line)).toThrow(reason);
  });

  it('gives back any words that have been quoted', () => {
    const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    const single = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
    const double = (text: string) => `"${text.replace(/["\\$`]/g, '\\$&')}"`;
    const escaped = (text: string) => (text === '' ? "''" : [...text].map((one) => (one.length === 1 ? `\\${one}` : single(one))).join(''));
    const quoting = fc.constantFrom(single, double, escaped);
    fc.assert(
      fc.property(fc.array(fc.tuple(word, quoting), { minLength: 1 }), (words) => {
        fc.pre(words[0][0] !== '');
        expect(splitCommand(words.map(([text, quote]) => quote(text)).join(' '))).toEqual(words.map(([text]) => text));
      }),
    );
  });

  it('splits any text, or says why it does not', () => {
    const unit = fc.constantFrom('a', ' ', "'", '"', '\\', '$', '|', '\0', '\n', '`', 'é');
    fc.assert(
      fc.property(fc.string({ unit }), (line) => {
        try {
          expect(splitCommand(line).length).toBeGreaterThan(0);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(BargeinError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
