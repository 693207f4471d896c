import { existsSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { defineConfig } from '../config.js';
import type { BargeinConfig } from '../config.js';
import { BargeinError, fileFault, messageOf } from '../errors.js';
import { parseJson } from './config-json.js';
import { checkConfig } from './config-schema.js';

const extensions = ['.ts', '.mts', '.js', '.mjs', '.json'];
/** What a configuration file may be called. */
export const configNames: readonly string[] = extensions.map((extension) => `bargein.config${extension}`);
const wayOut = '--no-config goes without';
const mending = `mend the file; ${wayOut}`;

/** A configuration file that has been read and checked. */
export interface ConfigFile {
  /** As it was named, or its name in the folder. */
  readonly path: string;
  readonly content: BargeinConfig;
}

/**
 * The configuration file of a folder; null where it has none.
 * @throws BargeinError where it has several
 */
export function findConfig(folder: string): string | null {
  const found = configNames.map((name) => join(folder, name)).filter((path) => existsSync(path));
  if (found.length > 1) throw new BargeinError(`there are several configuration files: ${found.join(', ')}`, `keep one, or name one with --config; ${wayOut}`);
  return found[0] ?? null;
}

/**
 * Reads a configuration file. TypeScript and both kinds of JavaScript modules are translated by jiti, in which `bargein` is this
 * package wherever the file lies; no package has to be installed beside it.
 * @throws BargeinError for a file that cannot be read, and for one that says what it should not
 */
export async function loadConfig(path: string): Promise<ConfigFile> {
  const extension = extname(path);
  if (!extensions.includes(extension)) throw new BargeinError(`${path} is no configuration file: it ends in '${extension}'`, `use one of ${extensions.join(', ')}`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    throw fileFault(thrown, path, `check --config; ${wayOut}`);
  }
  const content = extension === '.json' ? parseJson(text, path, mending) : await evaluateModule(path, 'configuration', 'export one: export default defineConfig({ ... })');
  return { path, content: checkConfig(content, path) };
}

/**
 * The default export of a module. jiti is large: it is loaded where there is such a file. It keeps no copy of what it translates on the disk.
 * @param what the export is, and `hint` how to make one, where there is none
 */
export async function evaluateModule(path: string, what: string, hint: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, { fsCache: false, moduleCache: false, interopDefault: false, virtualModules: { bargein: { defineConfig } } });
  let module: unknown;
  try {
    module = await jiti.import(resolve(path));
  } catch (thrown) {
    const text = messageOf(thrown).replaceAll(resolve(path), path);
    const [first] = text.split('\n');
    throw new BargeinError(syntaxFault(text) ?? `${path} cannot be loaded: ${first}`, what === 'configuration' ? mending : 'mend the file');
  }
  if (typeof module !== 'object' || module === null || !('default' in module)) {
    throw new BargeinError(`${path} exports no ${what}`, hint);
  }
  return module.default;
}

/** A fault of syntax with its place, as jiti tells it: the message, then `file:line:column`, the column from 0. null: another fault. */
function syntaxFault(text: string): string | null {
  const match = /^(?:ParseError: )(.+?)\s*\n\s*(.+):(\d+):(\d+)\s*$/.exec(text);
  return match && `${match[2]}:${match[3]}:${Number(match[4]) + 1}: ${match[1]}`;
}
