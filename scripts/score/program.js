// The compiled program that the scripts of this folder work with: dist/, or the folder in BARGEIN_DIST.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const built = resolve(process.env.BARGEIN_DIST ?? join(root, 'dist'));

export function load(path) {
  if (!existsSync(join(built, path))) {
    console.error(`${built} does not hold ${path}. Run \`npm run build\` first.`);
    process.exit(2);
  }
  return import(pathToFileURL(join(built, path)).href);
}

/** `--name value` pairs of the command line over defaults. */
export function flags(defaults) {
  const given = { ...defaults };
  const words = process.argv.slice(2);
  for (let k = 0; k < words.length; k += 2) {
    const name = words[k].replace(/^--/, '');
    if (!(name in defaults) || words[k + 1] === undefined) {
      console.error(`usage: ${Object.entries(defaults).map(([key, value]) => `[--${key} ${value}]`).join(' ')}`);
      process.exit(2);
    }
    given[name] = words[k + 1];
  }
  return given;
}
