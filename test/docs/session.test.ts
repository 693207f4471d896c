import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf } from './blocks.js';
import { shellTextsIn } from './check.js';
import { doCall, readersFolder } from './reader.js';
import { callOf, commandsIn } from './shell.js';

/** Pages whose commands stand on those before them, as a reader would go through them. */
describe.each(['README.md', 'docs/ci.md'])('whoever follows %s', (file) => {
  // Of YAML, what is one job of a workflow: parts of a run come from several machines.
  const steps = blocksOf(file)
    .filter(({ language, text }) => ['sh', 'bash'].includes(language) || (language === 'yaml' && text.includes('on: pull_request') && !text.includes('needs:')))
    .map(({ at, language, text }) => [at, (language === 'yaml' ? shellTextsIn(text) : [text]).flatMap(commandsIn)] as const);
  const root = process.cwd();
  let folder = '';

  beforeAll(() => {
    folder = readersFolder();
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(root);
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(steps)('finds that the commands of %s work', { timeout: 240_000 }, async (at, commands) => {
    for (const command of commands) {
      if (command[0] === 'cp') expect(spawnSync('cp', command.slice(1)).status, at).toBe(0);
      const call = callOf(command);
      if (call.kind !== 'bargein') continue;
      expect(await doCall(call.words), `${at}: bargein ${call.words.join(' ')}`).toBeNull();
    }
  });
});
