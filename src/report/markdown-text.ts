import { safe } from './layout.js';

/** Text of others' making as code: shown letter by letter, links and mentions included. */
export function code(text: string): string {
  const shown = safe(text);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 || shown.trim() === '' ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** Text as it is: nothing in it is taken for Markdown, HTML, mathematics, a mention or a reference. */
export function prose(text: string): string {
  return safe(text)
    .replace(/[\\`*_[\]<>~#&$]/g, (letter) => `\\${letter}`)
    .replaceAll('@', '@<!-- -->');
}

/** A table; `align` is one letter a column, `l` or `r`. Cells are Markdown, but for the bars that would end them: those are escaped here. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], align: string): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line([...align].map((letter) => (letter === 'r' ? '---:' : '---'))), ...rows.map(line)];
}

/** Lines that a reader unfolds. */
export function folded(summary: string, lines: readonly string[]): string[] {
  return [`<details><summary>${summary}</summary>`, '', ...lines, '', '</details>'];
}
