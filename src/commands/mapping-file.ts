import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { BargeinError, fileFault } from '../errors.js';
import { checkMapping } from '../telemetry/mapping.js';
import type { TraceMapping } from '../telemetry/mapping.js';
import { evaluateModule } from './config-file.js';
import { parseJson } from './config-json.js';

const extensions = ['.json', '.ts', '.mts', '.js', '.mjs'];

/**
 * Reads a mapping: JSON, or a module whose default export is one.
 * @throws BargeinError for a file that cannot be read, and for one that says what it should not
 */
export async function loadMapping(path: string): Promise<TraceMapping> {
  const extension = extname(path);
  if (!extensions.includes(extension)) throw new BargeinError(`${path} is no mapping file: it ends in '${extension}'`, `use one of ${extensions.join(', ')}`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    throw fileFault(thrown, path, 'check --mapping');
  }
  return checkMapping(extension === '.json' ? parseJson(text, path, 'mend the file') : await evaluateModule(path, 'mapping', 'export one: export default { vad: [...] }'), path);
}
