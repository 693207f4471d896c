import { describe, expect, it } from 'vitest';
import { baselineName, duration, latencyLimits, list, number, oneOf, pairs, repeated, shortText, showDuration, typedOptions, wholeNumber } from '../../src/commands/values.js';
import { BargeinError } from '../../src/errors.js';

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof BargeinError) return `${thrown.message} | ${thrown.hint}`;
    throw thrown;
  }
  return 'accepted';
}

describe('duration', () => {
  const read = duration('--attempt-timeout', 1000, 3_600_000);

  it.each([
    ['90s', 90_000],
    ['2m', 120_000],
    ['1500ms', 1500],
    ['120', 120_000],
    ['1h', 3_600_000],
    ['1.5m', 90_000],
  ])('reads %s', (text, valueMs) => {
    expect(read(text)).toBe(valueMs);
  });

  it.each(['', 's', '-5s', '1e3', '90 s', '5d', 'ten'])('refuses %j as no time', (text) => {
    expect(refusal(() => read(text))).toContain('is not a time | give a time from 1s to 1h');
  });

  it.each(['999ms', '61m', '0'])('refuses %s as out of range', (text) => {
    expect(refusal(() => read(text))).toContain(`--attempt-timeout ${text} is out of range`);
  });

  it('shows a time in its largest whole unit', () => {
    expect([500, 90_000, 120_000, 3_600_000].map(showDuration)).toEqual(['500ms', '90s', '2m', '1h']);
  });
});

describe('numbers', () => {
  it('keeps to whole numbers within the range', () => {
    const read = wholeNumber('--repeat', 1, 1000);
    expect(read('7')).toBe(7);
    expect(refusal(() => read('0'))).toBe('--repeat 0 is out of range | give a whole number from 1 to 1000');
    expect(refusal(() => read('2.5'))).toContain('is not a whole number');
    expect(refusal(() => read('0x10'))).toContain('is not a whole number');
    expect(refusal(() => read(''))).toContain("--repeat '' is not a whole number");
    expect(refusal(() => wholeNumber('--limit', 1)('-3'))).toContain('give a whole number of 1 or more');
  });

  it('takes fractions where they make sense', () => {
    const read = number('--playout-ms', 0, 2000, 'ms');
    expect(read('12.5')).toBe(12.5);
    expect(refusal(() => read('2001'))).toBe('--playout-ms 2001 is out of range | give a number from 0 to 2000 ms');
    expect(refusal(() => read('NaN'))).toContain('is not a number');
  });
});

describe('lists and words', () => {
  it('sorts latency limits and keeps each once', () => {
    expect(latencyLimits('--within')('250,60, 100,60')).toEqual([60, 100, 250]);
    expect(refusal(() => latencyLimits('--within')('60,,100'))).toContain('has an empty place');
    expect(refusal(() => latencyLimits('--within')('60.5'))).toContain('is not a whole number');
    expect(refusal(() => latencyLimits('--within')('0'))).toContain('out of range');
  });

  it('suggests the nearest word', () => {
    const read = list('--condition', oneOf('--condition', ['clean', 'telephone', 'echo']));
    expect(read('echo,clean,echo')).toEqual(['echo', 'clean']);
    expect(refusal(() => read('telefone'))).toBe("--condition telefone is not known | did you mean 'telephone'? use one of clean, telephone, echo");
  });

  it('adds to a list when its flag is given again, but not to its default', () => {
    const read = list('--report', oneOf('--report', ['json', 'junit', 'github']));
    const first = read('github');
    expect(read('junit,github', first)).toEqual(['github', 'junit']);
    expect(first).toEqual(['github']);
    expect(read('json', ['github'])).toEqual(['json']);
    const within = latencyLimits('--within');
    expect(within('100', within('250', [60, 100, 250]))).toEqual([100, 250]);
  });

  it('collects pairs, the last of a name holding', () => {
    const read = pairs('--agent-option', 'vad.threshold=0.5');
    const first = read('vad.threshold=0.5', undefined);
    expect(read('vad.threshold=0.6', read('tts.url=a=b', first))).toEqual({ 'vad.threshold': '0.6', 'tts.url': 'a=b' });
    expect(first).toEqual({ 'vad.threshold': '0.5' });
    for (const text of ['novalue', '=1', 'name=']) expect(refusal(() => read(text, undefined))).toContain('is not of the form name=value');
  });

  it('gives option values their types', () => {
    const texts = { a: '0.5', b: 'true', c: 'false', d: 'silero', e: '-3', f: '0x1', g: '1e3', h: 'Infinity' };
    expect(typedOptions(texts)).toEqual({ a: 0.5, b: true, c: false, d: 'silero', e: -3, f: '0x1', g: '1e3', h: 'Infinity' });
  });

  it('keeps repeated texts in order', () => {
    expect(repeated('b', repeated('a', undefined))).toEqual(['a', 'b']);
  });

  it('refuses labels that would break a line', () => {
    expect(shortText('--label')(' v2 ')).toBe('v2');
    for (const text of ['', '  ', 'a\nb', 'x'.repeat(101)]) expect(refusal(() => shortText('--label')(text))).toContain('cannot be used');
  });
});

describe('baselineName', () => {
  const read = baselineName('--baseline');

  it.each(['main', 'v1.2', '2026-11-24_nightly', 'a'])('takes %s', (name) => {
    expect(read(name)).toBe(name);
  });

  it.each(['', '.', '..', '../main', 'a/b', 'a\\b', '-x', 'a b', 'ä', 'x'.repeat(65)])('refuses %j', (name) => {
    expect(refusal(() => read(name))).toMatch(/is not the name of a baseline \| give 1 to 64 letters/);
  });
});
