import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findConfig, loadConfig } from '../../src/commands/config-file.js';
import { configKeyOf, perCall, settableOptions, variableOf } from '../../src/commands/setting-names.js';
import { declareRun } from '../../src/commands/run-options.js';
import { exitCode } from '../../src/errors.js';
import { FakeBackend, FakeTerminal } from './fake.js';
import { callRun, folderOf } from './run-call.js';

const docs = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

/** The first block of code in this language. */
function exampleIn(language: string): string {
  const [, code] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(docs) ?? [];
  return code ?? '';
}

describe('docs/configuration.md', () => {
  it('has a row for every setting, with its key, flag and variable', () => {
    const rows = docs.split('\n').flatMap((line) => /^\| `(\w+)` \| `(--[a-z-]+)`(?:, `--no-shard`)? \| `(\w+)` \|/.exec(line)?.slice(1, 4).join(' ') ?? []);
    const settings = settableOptions(declareRun()).map((option) => `${configKeyOf(option.attributeName())} ${option.long} ${variableOf(option.attributeName())}`);
    expect([...rows].sort()).toEqual([...settings].sort());
  });

  it('names the flags that are about one call', () => {
    const flags = declareRun().options.filter((option) => perCall.has(option.attributeName())).map(({ long }) => long);
    for (const flag of flags) expect(docs).toContain(`\`${flag}\``);
  });

  it.each(['ts', 'json'])('has an example in %s that works', async (language) => {
    const folder = folderOf({ [`bargein.config.${language}`]: exampleIn(language) });
    const file = await loadConfig(findConfig(folder) ?? '');
    const [terminal, backend] = [new FakeTerminal(), new FakeBackend()];
    expect(await callRun(['--config', file.path], terminal, backend), terminal.stderr).toBe(exitCode.ok);
    expect(backend.configs[0]).toMatchObject({ agent: 'reference:after', profile: 'quick' });
    expect(backend.configs[0].gates).toContain('errored <= 2%');
  });
});
