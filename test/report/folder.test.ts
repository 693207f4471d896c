import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCode } from '../../src/errors.js';
import { claimFolder, isBaselineFolder, writeResult } from '../../src/report/folder.js';

const scratch = () => mkdtempSync(join(tmpdir(), 'folder-'));

describe('the folder of a run', () => {
  it('is made with its parents', () => {
    const folder = join(scratch(), 'a', 'b');
    claimFolder(folder, 'refuse');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused where it holds something, unless it is to be gone on with or replaced', () => {
    const folder = scratch();
    writeFileSync(join(folder, 'attempts.csv'), 'old');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    expect(() => claimFolder(folder, 'refuse')).toThrow(/exists and is not empty/);
    claimFolder(folder, 'resume');
    expect(readdirSync(folder)).toEqual(['attempts.csv', 'notes.txt']);
    claimFolder(folder, 'replace');
    // What a run has not written stays.
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });

  it('is refused where it holds what another command has left: nothing of it may look like the new results', () => {
    const swept = scratch();
    for (const name of ['sweep.json', 'sweep.csv']) writeFileSync(join(swept, name), '{}');
    expect(() => claimFolder(swept, 'replace')).toThrow(/holds a sweep \(sweep\.json\), which --force does not replace here/);
    expect(readdirSync(swept)).toEqual(['sweep.csv', 'sweep.json']);
    claimFolder(swept, 'replace', { files: ['sweep.csv'], resumable: true });
    const ran = scratch();
    writeFileSync(join(ran, 'run.json'), '{}');
    expect(() => claimFolder(ran, 'replace', { files: ['sweep.csv'], resumable: true })).toThrow(/holds a run \(run\.json\)/);
    const scored = scratch();
    for (const name of ['attempts.csv', 'score.json']) writeFileSync(join(scored, name), '{}');
    expect(() => claimFolder(scored, 'replace')).toThrow(/holds scores/);
  });

  it.each([['results/baselines/main', true], ['/x/results/baselines/main/', true], ['results/main', false], ['baselines/main', false], ['results/baselines', false]])('%s is a baseline: %s', (path, baseline) => {
    expect(isBaselineFolder(path)).toBe(baseline);
  });

  it.each(['/proc/none/here', '/dev/null/here'])('that cannot be made fails in one line (%s)', (folder) => {
    expect(() => claimFolder(folder, 'refuse')).toThrow(expect.objectContaining({ code: exitCode.usage, hint: expect.stringContaining('--output') }));
  });

  it('gets files whole or not at all', () => {
    const folder = scratch();
    writeResult(join(folder, 'a', 'x.csv'), '1,2\n');
    expect(readFileSync(join(folder, 'a', 'x.csv'), 'utf8')).toBe('1,2\n');
    expect(() => writeResult('/dev/null/x.csv', '1')).toThrow(/not a folder/);
    expect(readdirSync(join(folder, 'a'))).toEqual(['x.csv']);
  });
});
