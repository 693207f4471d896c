import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf } from './blocks.js';
import { doCall, readersFolder } from './reader.js';
import { callOf, commandsIn } from './shell.js';

/** Pages whose commands stand on those before them, as a reader would go through them. */
describe.each(['README.md', 'docs/gates.md', 'docs/ci.md'])('whoever follows %s', (file) => {
  const steps = blocksOf(file)
    .filter(({ language }) => ['sh', 'bash'].includes(language))
    .map(({ at, text }) => [at, commandsIn(text).map((command) => callOf(command))] as const);
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

  it.each(steps)('finds that the commands of %s work', { timeout: 240_000 }, async (at, calls) => {
    for (const call of calls) {
      if (call.kind !== 'bargein') continue;
      expect(await doCall(call.words), `${at}: bargein ${call.words.join(' ')}`).toBeNull();
    }
  });
});
