/** Breaks a line between words, later lines indented. Unlike tables, what a person may copy (a path, a flag, a command's word) stays whole. */
export function fold(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const next = line === '' ? `${lines.length === 0 ? '' : indent}${word}` : `${line} ${word}`;
    if (next.length <= width || line === '') line = next;
    else {
      lines.push(line);
      line = `${indent}${word}`;
    }
  }
  return [...lines, line];
}
