import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeCorpusFolder } from '../commands/corpus-folder.js';
import { program, startNode } from '../fixtures/program.js';

const bargein = (...words: string[]) => startNode([program, ...words]).ended;

describe('the built program', () => {
  it('is there, and starts with a line that names node', () => {
    expect(existsSync(program), 'run `npm run build` first').toBe(true);
    expect(readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('prints its help and ends with 0', async () => {
    const { code, stdout, stderr } = await bargein('run', '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(readFileSync(new URL('../golden/help-run.txt', import.meta.url), 'utf8'));
  });

  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await bargein('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    [['runn'], "error: unknown command 'runn'\n  try: did you mean run?\n"],
    [['run', '--limmit', '3'], "error: unknown option '--limmit'\n  try: did you mean --limit?\n"],
    [['run', '--limit', 'x'], 'error: --limit x is not a whole number\n  try: give a whole number of 1 or more\n'],
    [['run', '--resume'], 'error: --resume does not say which run to go on with\n  try: name its folder, e.g. --output results/reference-after-full --resume\n'],
    [['run', '--agent-option', 'vad.treshold=0.5'], "error: agent 'reference:after' has no option 'vad.treshold'\n  try: did you mean 'vad.threshold'?\n"],
  ])('ends with 2 for %j, in two lines', async (words, message) => {
    expect(await bargein(...words)).toEqual({ code: 2, stdout: '', stderr: message });
  });

  it('names a corpus that is not there', async () => {
    const { code, stdout, stderr } = await bargein('run', '--corpus', 'no/such/corpus', '--limit', '1', '--json');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: no\/such\/corpus\/manifest\.json does not exist\n {2}try: .+\n$/);
  });

  it('lists the agents with all their options', async () => {
    const { code, stdout } = await bargein('agents');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^agents: reference:after, reference:before/);
    expect(stdout).toContain('  vad.threshold\n');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('does not mind a reader that goes away', async () => {
    const { child, ended } = startNode([program, 'corpus', 'list', '--corpus', makeCorpusFolder()]);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });
});
