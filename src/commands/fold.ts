import { stripVTControlCharacters } from 'node:util';

/** Breaks a line between words, later lines indented. Unlike tables, what a person may copy (a path, a flag, a command's word) stays whole. */
export function fold(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const next = line === '' ? `${lines.length === 0 ? '' : indent}${word}` : `${line} ${word}`;
    if (widthOf(next) <= width || line === '') line = next;
    else {
      lines.push(line);
      line = `${indent}${word}`;
    }
  }
  return [...lines, line];
}

/** Breaks every line that is too long, at its own indent and later parts two further. What moves the cursor is left as it is. */
export function foldLines(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => {
      if (widthOf(line) <= width || line.includes('\r')) return [line];
      const lead = /^ */.exec(line)?.[0] ?? '';
      return fold(line.slice(lead.length), width - lead.length, '  ').map((part) => `${lead}${part}`);
    })
    .join('\n');
}

/** Colours take no room. */
function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
