import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Block } from './blocks.js';
import { blocksOf, documents, inlineCalls } from './blocks.js';
import { configFault, isConfig, shellFaults, shellTextsIn, typeFaults, workflowFaults } from './check.js';

/** Blocks that nothing runs, each with its reason: a reader's trust in the pages ends here, so the list wants a second look when it grows. */
const notRun: readonly string[] = ['docs/agents/pipecat.md: is part of a Pipecat bot in Python', 'docs/ci.md: needs an AWS account'];

const pages = documents().map((file) => ({ file, blocks: blocksOf(file) }));
const blocks = pages.flatMap((page) => page.blocks);
const inLanguage = (...languages: string[]) => blocks.filter(({ language }) => languages.includes(language));
const cases = (some: readonly Block[]) => some.map((block) => [block.at, block] as const);

/** Languages of what is no example but something that is printed. */
const shown = ['text', 'csv', 'diff', 'mermaid'];
const checked = ['sh', 'bash', 'ts', 'js', 'json', 'yaml'];

/** Agents that want a key say so before anything is sent. */
beforeAll(() => void ['OPENAI_API_KEY', 'DEEPGRAM_API_KEY', 'ELEVENLABS_API_KEY'].forEach((name) => vi.stubEnv(name, 'a key that no service sees')));
afterAll(() => void vi.unstubAllEnvs());

describe('the pages', () => {
  it('have no block in a language that no test knows, unless marked', () => {
    const unknown = blocks.filter(({ language, notRun: reason }) => reason === null && ![...shown, ...checked].includes(language));
    expect(unknown.map(({ at, language }) => `${at}: no test knows '${language}'; what is printed is 'text', what cannot be run wants <!-- not run: REASON --> in the line before`)).toEqual([]);
  });

  it('leave out of the tests what is listed here, and nothing else', () => {
    const marked = blocks.flatMap(({ file, notRun: reason }) => (reason === null ? [] : [`${file}: ${reason}`]));
    expect([...new Set(marked)].sort(), 'review what is new, and put it into the list above').toEqual([...notRun].sort());
  });
});

describe('commands', () => {
  it.each(cases(inLanguage('sh', 'bash')))('of %s are taken by the program', async (at, { text, notRun: reason }) => {
    expect(await shellFaults(text, reason !== null), at).toEqual([]);
  });

  it.each(documents().filter((file) => inlineCalls(file).length > 0))('in the text of %s are taken by the program', async (file) => {
    for (const { at, text } of inlineCalls(file)) expect(await shellFaults(text, false), at).toEqual([]);
  });

  it.each(cases(inLanguage('yaml')))('of %s are taken by the program', async (at, { text, notRun: reason }) => {
    expect(workflowFaults(text), at).toEqual([]);
    for (const script of shellTextsIn(text)) expect(await shellFaults(script, reason !== null), at).toEqual([]);
  });

  const filters = inLanguage('sh').filter(({ text }) => /^jq /m.test(text));
  it.skipIf(spawnSync('jq', ['--version']).status !== 0).each(cases(filters))('of %s find something in a report', (at, { text }) => {
    for (const command of text.split('\n').filter((line) => line.startsWith('jq '))) {
      const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: 'test/golden', encoding: 'utf8' });
      expect({ status, stderr }, `${at}: ${command}`).toEqual({ status: 0, stderr: '' });
      expect(stdout, `${at}: ${command}`).not.toMatch(/^(null)?\n*$/);
    }
  });
});

describe('code', () => {
  const modules = new Map(inLanguage('ts').filter(({ notRun: reason }) => reason === null).map(({ at, text }) => [at, text]));
  for (const name of readdirSync('docs/examples').filter((file) => file.endsWith('.ts'))) modules.set(`docs/examples/${name}`, readFileSync(`docs/examples/${name}`, 'utf8'));
  let faults: Map<string, string[]> | null = null;
  it.each([...modules.keys()])('of %s is taken by the compiler', (at) => {
    faults ??= typeFaults(modules);
    expect(faults.get(at), at).toEqual([]);
  });

  it.each(cases(inLanguage('ts').filter(({ text }) => text.includes('defineConfig('))))('of %s configures a run', async (at, { text }) => {
    expect(await configFault(text, 'ts'), at).toBeNull();
  });

  it.each(cases(inLanguage('json')))('of %s is JSON, and a configuration where it looks like one', async (at, { text }) => {
    const content: unknown = JSON.parse(text);
    if (isConfig(content)) expect(await configFault(text, 'json'), at).toBeNull();
  });
});
