import { basename, extname } from 'node:path';

/** A name for each recording, by which its onsets are called: that of its file, with a number behind it where another has it already. */
export function callNames(files: readonly string[]): string[] {
  const names: string[] = [];
  for (const file of files) {
    const name = basename(file, extname(file));
    let unique = name;
    for (let n = 2; names.includes(unique); n++) unique = `${name}~${n}`;
    names.push(unique);
  }
  return names;
}
