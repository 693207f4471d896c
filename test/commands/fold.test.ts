import { describe, expect, it } from 'vitest';
import { reportThrown } from '../../src/commands/exit.js';
import { fold, foldLines } from '../../src/commands/fold.js';
import { describeResults, nameReplaced } from '../../src/commands/outcome.js';
import { BargeinError } from '../../src/errors.js';
import { FakeTerminal } from './fake.js';

describe('fold', () => {
  it('breaks between words, and never within one', () => {
    expect(fold('one two three', 7, '  ')).toEqual(['one two', '  three']);
    expect(fold('see /a/very/long/path now', 8, '  ')).toEqual(['see', '  /a/very/long/path', '  now']);
    expect(fold('short', 80)).toEqual(['short']);
  });
});

describe('foldLines', () => {
  it('keeps what fits, the indent of a line, and what moves the cursor', () => {
    expect(foldLines('short\n  one two three\n', 9)).toBe('short\n  one two\n    three\n');
    expect(foldLines('\rscoring a long file 10 %', 9)).toBe('\rscoring a long file 10 %');
  });

  it('does not count colours', () => {
    const red = '\u001b[31mone\u001b[39m two';
    expect(foldLines(red, 7)).toBe(red);
    expect(foldLines(red, 6)).toBe('\u001b[31mone\u001b[39m\n  two');
  });
});

describe('where results are', () => {
  it('is one line where it fits, else the folder first and its files below', () => {
    expect(describeResults('results/x', ['a.csv', 'b.json'], { columns: 80 })).toBe('Results: results/x (a.csv, b.json)\n');
    const files = Array.from({ length: 12 }, (_, i) => `file-${i}.csv`);
    const lines = describeResults('results/x', files, { columns: 80 }).trimEnd().split('\n');
    expect(lines[0]).toBe('Results: results/x');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(lines.slice(1).join(' ').replace(/\s+/g, ' ').trim()).toBe(`(${files.join(', ')})`);
    const long = `/tmp/${'x'.repeat(100)}`;
    expect(describeResults(long, ['a.csv'], { columns: 80 })).toBe(`Results: ${long}\n  (a.csv)\n`);
  });
});

describe('an error', () => {
  const fault = new BargeinError(`something is wrong with ${'a word or two and '.repeat(8)}more`, `change ${'this and that and '.repeat(8)}more`);

  it('is wrapped on a screen', () => {
    const terminal = new FakeTerminal();
    reportThrown(fault, terminal);
    const lines = foldLines(terminal.stderr, 80).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/^error: something/);
    expect(lines.some((line) => line.startsWith('  try: change'))).toBe(true);
  });

  it.each([
    ['red on a screen', process.stderr, {}, true],
    ['plain elsewhere', null, {}, false],
    ['plain where colours are not wanted', process.stderr, { NO_COLOR: '1' }, false],
  ])('is %s', (_, errScreen, env, red) => {
    const terminal = new FakeTerminal();
    reportThrown(fault, { ...terminal, errScreen, env });
    expect(terminal.stderr.includes('\u001b[31m')).toBe(red);
    expect(foldLines(terminal.stderr, 80).split('\n')[0].includes('error:')).toBe(true);
  });

  it('is two lines for another program', () => {
    const terminal = new FakeTerminal();
    reportThrown(fault, terminal);
    expect(terminal.stderr.trimEnd().split('\n')).toEqual([`error: ${fault.message}`, `  try: ${fault.hint}`]);
  });
});

describe('the baseline that was replaced', () => {
  it.each([
    [{ runId: 'abc', label: 'v1', startedAt: null }, 'run abc (label v1)'],
    [{ runId: 'abc', label: 'v1', startedAt: '2026-01-02T03:04:05.000Z' }, 'run abc (label v1, 2026-01-02T03:04:05.000Z)'],
    [{ runId: null, label: null, startedAt: null }, 'one that cannot be read'],
  ])('%j', (replaced, text) => expect(nameReplaced(replaced)).toBe(text));
});
