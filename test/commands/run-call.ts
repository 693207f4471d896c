import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportThrown } from '../../src/commands/exit.js';
import { declareRun } from '../../src/commands/run-options.js';
import { run } from '../../src/commands/run.js';
import { exitCode } from '../../src/errors.js';
import type { ExitCode } from '../../src/errors.js';
import type { FakeBackend, FakeTerminal } from './fake.js';

/** `bargein run` by itself, with its settings from variables and a file. Without a file unless the words name one. */
export async function callRun(words: readonly string[], terminal: FakeTerminal, backend: FakeBackend): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const command = declareRun()
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => {} })
    .action((flags, self) => run(flags, terminal, backend.load, self).then((result) => void (code = result)));
  const file = words.includes('--config') || terminal.env.BARGEIN_CONFIG ? [] : ['--no-config'];
  try {
    await command.parseAsync([...file, ...words], { from: 'user' });
    return code;
  } catch (thrown) {
    return reportThrown(thrown, terminal);
  }
}

/** A folder with these files; its path. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'bargein-config-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A configuration file with this content; its path. */
export function configFile(content: unknown): string {
  return join(folderOf({ 'bargein.config.json': JSON.stringify(content) }), 'bargein.config.json');
}
