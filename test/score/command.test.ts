import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scoreRecordings } from '../../src/commands/score.js';
import type { ScoreFlags } from '../../src/commands/score.js';
import { exitCode } from '../../src/errors.js';
import { FakeTerminal } from '../commands/fake.js';
import { folder, score, trueCall, writeCall } from './calls.js';

const dir = folder();
afterAll(() => rmSync(dir, { recursive: true }));

const file = join(dir, 'd1', 'call.wav');
const other = join(dir, 'd2', 'call.wav');
beforeAll(async () => {
  const { agent, caller, rateHz } = await trueCall(24, 4);
  for (const path of [file, other]) {
    mkdirSync(dirname(path));
    writeCall(dirname(path), 'call.wav', { agent, caller, rateHz });
  }
});

let count = 0;
const run = (files: readonly string[], changes: Partial<ScoreFlags> = {}, terminal = new FakeTerminal()) =>
  scoreRecordings(files, { callerChannel: 'left', output: join(dir, `out-${count++}`), ...changes }, terminal);

it('refuses a recording that is named twice, under whatever name', async () => {
  symlinkSync(file, join(dir, 'link.wav'));
  await expect(run([file, file])).rejects.toThrow(`${file} is named twice`);
  for (const again of [relative('.', file), join(dir, 'link.wav'), `${dir}/d2/../d1/call.wav`]) {
    await expect(run([file, again])).rejects.toThrow(`${again} and ${file} are one recording`);
  }
});

it('gives calls of one name attempts of different names', async () => {
  const ids = (await score([file, other])).onsets.map(({ result }) => result.attempt.id);
  expect(ids.length).toBeGreaterThan(1);
  expect(new Set(ids).size).toBe(ids.length);
});

it('says that labels are not filled in, and which column is', async () => {
  const labels = join(dir, 'empty.csv');
  writeFileSync(labels, 'file,time_s,intent\ncall.wav,1,\ncall.wav,2,\n');
  await expect(run([file], { labels })).rejects.toMatchObject({ message: `${labels} has not been filled in: none of its 2 rows has an intent`, hint: expect.stringContaining("column 'intent'") });
});

it('says where the labels are of other recordings', async () => {
  const labels = join(dir, 'others.csv');
  writeFileSync(labels, 'file,time_s,intent\nelse.wav,1,noise\n');
  const terminal = new FakeTerminal();
  expect(await run([file], { labels }, terminal)).toBe(exitCode.untrusted);
  expect(terminal.stderr).toContain('no label with an intent is of a recording that was given');
});
