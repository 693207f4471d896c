import { describe, expect, it } from 'vitest';
import { blocksIn } from './blocks.js';
import { callFault, isConfig, shellFaults, shellTextsIn, typeFaults, workflowFaults } from './check.js';
import { callOf, commandsIn } from './shell.js';

describe('blocks of a page', () => {
  it('are found with their line, language and mark', () => {
    const page = ['# Title', '```', 'bargein agents', '```', '<!-- not run: is Python -->', '', '```python', 'x = 1', '```', '- item', '', '  ```json', '  {}', '  ```'].join('\n');
    expect(blocksIn(page, 'a.md')).toEqual([
      { at: 'a.md:2', file: 'a.md', language: 'sh', text: 'bargein agents\n', notRun: null },
      { at: 'a.md:7', file: 'a.md', language: 'python', text: 'x = 1\n', notRun: 'is Python' },
      { at: 'a.md:12', file: 'a.md', language: 'json', text: '{}\n', notRun: null },
    ]);
    expect(() => blocksIn('```sh\nx', 'a.md')).toThrow('a.md:1: this block is never closed');
  });

  it('are taken apart as a shell does', () => {
    expect(commandsIn('npx bargein run \\\n  --gate "p50 <= 250" --label "$BUILD" # why\nbargein serve &\na && b || c\n(d)')).toEqual([
      ['npx', 'bargein', 'run', '--gate', 'p50 <= 250', '--label', 'build-1'],
      ['bargein', 'serve'],
      ['a'],
      ['b'],
      ['d'],
    ]);
    expect(() => commandsIn('bargein run --label "$NOBODY_KNOWS"')).toThrow('unbound variable');
    expect(() => commandsIn('bargein run "')).toThrow('the shell says');
  });

  it('lead to what is there', () => {
    expect(callOf(['npm', 'start', '--', '--profile', 'quick'])).toEqual({ kind: 'bargein', words: ['run', '--profile', 'quick'] });
    expect(callOf(['node', 'dist/cli.js', 'agents'])).toEqual({ kind: 'bargein', words: ['agents'] });
    expect(callOf(['node', 'node_modules/bargein/docs/examples/pcm-agent.mjs', 'a.wav'])).toEqual({ kind: 'known' });
    expect(() => callOf(['npm', 'run', 'nothing'])).toThrow("npm has no 'run nothing' here");
    expect(() => callOf(['node', 'scripts/nothing.js'])).toThrow('scripts/nothing.js does not exist');
    expect(callOf(['aws', 's3'])).toEqual({ kind: 'foreign', program: 'aws' });
  });
});

describe('what a page says wrongly', () => {
  it.each([
    [['run', '--limmit', '3'], "unknown option '--limmit'"],
    [['run', '--agent-option', 'vad.treshold=0.5'], "did you mean 'vad.threshold'"],
    [['merge', 'a', '--output', 'b', '--gate', 'p51 <= 250'], 'p51'],
    [['compare', 'a'], "missing required argument 'head'"],
    [['sweep', '--profile', 'huge'], '--profile huge is not known'],
  ])('is found: %j', async (words, message) => {
    expect(await callFault(words)).toContain(message);
  });

  it('is not found where nothing is wrong', async () => {
    expect(await callFault(['compare', 'results/a', 'results/b'])).toBeNull();
    expect(await callFault(['--help'])).toBeNull();
  });

  it('is a program of others without a mark', async () => {
    expect(await shellFaults('aws s3 ls', true)).toEqual([]);
    expect((await shellFaults('aws s3 ls', false))[0]).toContain("no test runs 'aws'; put <!-- not run: REASON -->");
  });

  it('is found in workflows', () => {
    const workflow = 'jobs:\n  a:\n    needs: b\n    steps:\n      - run: bargein run --shard ${{ matrix.shard }}/4\n      - name: nothing\n';
    expect(shellTextsIn(workflow)).toEqual(['bargein run --shard 1/4']);
    expect(workflowFaults(workflow)).toEqual(['a workflow says when it runs: `on`', 'job a has no runs-on', 'job a needs a job b that is not there', "step 2 of job a needs one of 'uses' and 'run'"]);
  });

  it('is found in code', () => {
    const faults = typeFaults(new Map([['good', "import type { Agent } from 'bargein';\nexport type Mine = Agent;\n"], ['bad', "import { nothing } from 'bargein';\nnothing();\n"]]));
    expect(faults.get('good')).toEqual([]);
    expect(faults.get('bad')?.[0]).toMatch(/^line 1 of the block: .*nothing/);
  });

  it('may be a configuration, and is none with a version of its schema', () => {
    expect(isConfig({ profile: 'quick' })).toBe(true);
    expect(isConfig({ schemaVersion: 1, profile: 'quick' })).toBe(false);
    expect(isConfig([])).toBe(false);
  });
});
