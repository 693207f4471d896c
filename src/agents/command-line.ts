import { BargeinError } from '../errors.js';

const blank = /[ \t\r\n]/;
/** What a shell would do something with, and what nothing here does anything with. */
const shellOnly = /[|&;<>`$]/;
/** What a backslash takes its meaning from inside double quotes. */
const escapableInQuotes = /["\\$`]/;

const wayToShell = "quote it, or start a shell yourself: sh -c '...'";

/**
 * The words of a command line, split as a POSIX shell splits it (XCU 2.2, quoting), with no shell involved: blanks separate, single and
 * double quotes keep together, a backslash takes the next character as it is. Nothing is expanded; what a shell would expand, redirect
 * or chain is refused where it is not quoted.
 * @throws BargeinError for an open quote, a last backslash, an empty command, a character 0, and for what only a shell can do
 */
export function splitCommand(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (character === '\0') throw new BargeinError('the command holds a character 0', 'take it out');
    if (blank.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (character === "'" || character === '"') {
      const quoted = quotedAt(line, at);
      word = (word ?? '') + quoted.text;
      at = quoted.last;
    } else if (character === '\\') {
      at++;
      if (at === line.length) throw new BargeinError(`the command ends in a backslash: ${line}`, 'double it, or take it out');
      word = (word ?? '') + line[at];
    } else if (shellOnly.test(character)) {
      throw new BargeinError(`the command holds a '${character}', which only a shell understands: ${line}`, wayToShell);
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== null) words.push(word);
  if (words.length === 0 || words[0] === '') throw new BargeinError('the command is empty', "name a program: 'stdio:node agent.js'");
  if (words.some((one) => one.includes('\0'))) throw new BargeinError('the command holds a character 0', 'take it out');
  return words;
}

/** What stands between the quote at `from` and the next of its kind, and where that is. */
function quotedAt(line: string, from: number): { text: string; last: number } {
  const quote = line[from];
  let text = '';
  for (let at = from + 1; at < line.length; at++) {
    const character = line[at];
    if (character === quote) return { text, last: at };
    if (quote === '"' && character === '\\' && escapableInQuotes.test(line[at + 1] ?? '')) text += line[++at];
    else if (quote === '"' && (character === '$' || character === '`')) throw new BargeinError(`the command holds a '${character}' in double quotes, which only a shell understands: ${line}`, wayToShell);
    else text += character;
  }
  throw new BargeinError(`the command has an open ${quote === '"' ? 'double' : 'single'} quote: ${line}`, 'close it');
}
