import Table from 'cli-table3';

/** Control characters could move the cursor or worse: shown as `?`. */
export function safe(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}

/**
 * Breaks text into lines of at most `width` characters, the later ones indented; a word longer than a line is cut. Text of
 * others' making goes through here before any colour is added: control characters are made harmless.
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lead = text.slice(0, text.length - text.trimStart().length);
  const room = width - Math.max(lead.length, indent.length);
  const words = safe(text).trim().split(/ +/).flatMap((word) => cut(word, room));
  const lines: string[] = [];
  let line = lead + words[0];
  for (const word of words.slice(1)) {
    if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}

function cut(word: string, length: number): string[] {
  return word.length <= length ? [word] : [word.slice(0, length), ...cut(word.slice(length), length)];
}

/** Columns set apart by `gap` spaces, without rules, indented by two; `align` is one letter a column, `l` or `r`. */
export function columns(rows: readonly (readonly string[])[], align: string, gap = 2): string[] {
  const none = '';
  const table = new Table({
    chars: {
      top: none, 'top-mid': none, 'top-left': none, 'top-right': none,
      bottom: none, 'bottom-mid': none, 'bottom-left': none, 'bottom-right': none,
      left: none, 'left-mid': none, mid: none, 'mid-mid': none, right: none, 'right-mid': none, middle: ' '.repeat(gap),
    },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: [...align].map((letter) => (letter === 'r' ? 'right' : 'left')),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd());
}
