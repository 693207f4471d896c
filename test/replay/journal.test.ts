import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BargeinError, exitCode } from '../../src/errors.js';
import { inspectJournal, Journal, readEntries } from '../../src/replay/journal.js';
import { attemptWith, run } from '../fixtures/attempts.js';
import { scriptedAgent } from '../fixtures/scripted-agent.js';

async function written(count: number) {
  const path = join(mkdtempSync(join(tmpdir(), 'journal-')), 'journal.jsonl');
  const journal = Journal.create(path, 'key', null);
  const entries = [];
  for (let i = 0; i < count; i++) {
    const attempt = attemptWith({ index: i, id: `t${i}` });
    const { recording } = await run(scriptedAgent({ stopAfterMs: 100 + i, flush: true }), attempt);
    entries.push({ attempt, recording });
    journal.append({ attempt, recording });
  }
  journal.close();
  return { path, entries };
}

describe('journal', () => {
  it('gives back what was written', async () => {
    const { path, entries } = await written(3);
    expect([...readEntries(path)]).toEqual(entries);
  });

  it('fills in what recordings lack that were made before there were traces', async () => {
    const { path, entries } = await written(2);
    const older = readFileSync(path, 'utf8').replaceAll(',"trace":null,"wallMs":null', '');
    expect(older).not.toContain('wallMs');
    writeFileSync(path, older);
    expect([...readEntries(path)]).toEqual(entries);
  });

  it('drops a line that a kill cut short, and goes on behind the last whole one', async () => {
    const { path, entries } = await written(2);
    const whole = readFileSync(path, 'utf8');
    appendFileSync(path, whole.slice(-500, -100));
    const resumed = Journal.resume(path, 'key');
    expect([...resumed.entries()]).toEqual(entries);
    resumed.journal.append(entries[0]);
    resumed.journal.close();
    expect([...readEntries(path)]).toEqual([...entries, entries[0]]);
    expect(readFileSync(path, 'utf8').startsWith(whole)).toBe(true);
  });

  it('refuses the journal of another run, a file that is none, and a missing one', async () => {
    const { path } = await written(1);
    expect(() => Journal.resume(path, 'other')).toThrow(/of another run/);
    writeFileSync(path, 'a,b,c\n');
    expect(() => inspectJournal(path)).toThrow(/not the journal of a run/);
    expect(() => Journal.resume(join(path, '..', 'none.jsonl'), 'key')).toThrow(/does not exist/);
  });

  it('says what to do where it cannot be written', () => {
    expect(() => Journal.create('/proc/none/journal.jsonl', 'key', null)).toThrow(BargeinError);
  });

  it('keeps what was measured when the disk is full', () => {
    // /dev/full takes a file to be opened and refuses every byte.
    try {
      Journal.create('/dev/full', 'key', null);
      expect.unreachable();
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: exitCode.untrusted });
      expect(String((thrown as Error).message)).toMatch(/disk is full/);
      expect((thrown as BargeinError).hint).toMatch(/--resume/);
    }
  });
});
