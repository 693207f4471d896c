import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { describeProgress, makeProgressView, showEta } from '../../src/commands/progress.js';
import type { Progress } from '../../src/types.js';

const at = (done: number, total: number, changes: Partial<Progress> = {}): Progress => ({
  phase: 'replaying',
  done,
  total,
  p50Ms: null,
  rate: null,
  rateLimitMs: null,
  elapsedMs: 0,
  etaMs: null,
  ...changes,
});

/** A screen of 80 columns that keeps what is written to it. */
class Screen extends Writable {
  readonly isTTY = true;
  readonly columns = 80;
  text = '';
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

const { signal } = new AbortController();
const clearLine = '\u001b[2K';
const escapes = new RegExp(`${String.fromCharCode(27)}(\\[[0-9;?]*[A-Za-z]|[78])`, 'g');

describe('progress in plain lines', () => {
  it('is at most one line a tenth, and one at the start of each phase', () => {
    let text = '';
    const view = makeProgressView({ err: (line) => void (text += line), errScreen: null, signal }, false);
    for (let done = 0; done <= 60; done++) view.show(at(done, 60, { phase: 'calibrating' }));
    for (let done = 0; done <= 750; done++) view.show(at(done, 750, { p50Ms: 87.4, rate: 0.806, rateLimitMs: 100, etaMs: (750 - done) * 40 }));
    view.show(at(0, 0, { phase: 'reporting' }));
    view.end();
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(11 + 11 + 1);
    expect(lines[0]).toBe('calibrating 0/60 (0 %)');
    expect(lines[12]).toBe('replaying 75/750 (10 %)  p50 87 ms  81 % within 100 ms  ETA 27 s');
    expect(lines[21]).toBe('replaying 750/750 (100 %)  p50 87 ms  81 % within 100 ms');
    expect(lines[22]).toBe('reporting');
  });

  it('says what is to be known at once in a line of its own', () => {
    let text = '';
    const view = makeProgressView({ err: (line) => void (text += line), errScreen: null, signal }, false);
    view.show(at(0, 0, { phase: 'calibrating', note: '3 sessions are used' }));
    view.show(at(0, 60, { phase: 'calibrating' }));
    expect(text).toBe('3 sessions are used\ncalibrating 0/60 (0 %)\n');
  });

  it('is nothing where it shall be quiet', () => {
    let text = '';
    const view = makeProgressView({ err: (line) => void (text += line), errScreen: new Screen(), signal }, true);
    view.show(at(1, 2));
    view.end();
    expect(text).toBe('');
  });
});

describe('progress on a terminal', () => {
  it('is a bar that fits 80 columns and goes away', () => {
    const screen = new Screen();
    const view = makeProgressView({ err: () => {}, errScreen: screen, signal }, false);
    const figures = { p50Ms: 1234.5, rate: 1, rateLimitMs: 1000, etaMs: 3_599_000 };
    view.show(at(0, 16, { phase: 'comparing-clocks', ...figures }));
    view.show(at(16, 16, { phase: 'comparing-clocks', ...figures }));
    view.show(at(30_000, 99_999, figures));
    view.end();
    const drawn = screen.text.replace(escapes, '\n').split('\n').filter((line) => line.trim() !== '');
    expect(drawn[0]).toContain('comparing clocks ░░░░░░░░░░ 0/16 p50 1235 ms  100 % within 1000 ms');
    expect(drawn.some((line) => line.includes('replaying'))).toBe(true);
    expect(drawn.some((line) => line.includes('███░░░░░░░ 30000/99999'))).toBe(true);
    expect(Math.max(...drawn.map((line) => line.length))).toBeLessThan(80);
    // The last thing drawn is cleared.
    expect(screen.text.endsWith(clearLine)).toBe(true);
  });

  it('makes room for what is to be known at once', () => {
    const screen = new Screen();
    const view = makeProgressView({ err: () => {}, errScreen: screen, signal }, false);
    view.show(at(1, 10));
    view.show(at(0, 0, { note: '3 sessions are used' }));
    expect(screen.text).toContain(`${clearLine}3 sessions are used\n`);
    view.show(at(2, 10));
    expect(screen.text).toContain('2/10');
    view.end();
  });

  it('makes room when the run is interrupted, and goes on', () => {
    const screen = new Screen();
    const controller = new AbortController();
    const view = makeProgressView({ err: () => {}, errScreen: screen, signal: controller.signal }, false);
    view.show(at(1, 10));
    controller.abort();
    expect(screen.text.endsWith(clearLine)).toBe(true);
    view.show(at(2, 10));
    expect(screen.text.endsWith(clearLine)).toBe(false);
    expect(screen.text).toContain('2/10');
    view.end();
  });
});

describe('figures', () => {
  it('shows a median among the misses as missed, and leaves out what is unknown', () => {
    expect(describeProgress(at(1, 2, { p50Ms: Infinity, rate: 0, rateLimitMs: 60 }))).toBe('p50 missed  0 % within 60 ms');
    expect(describeProgress(at(1, 2))).toBe('');
  });

  it.each([
    [400, '1 s'],
    [119_400, '119 s'],
    [120_000, '2 min 00 s'],
    [599_000, '9 min 59 s'],
    [3_725_000, '62 min'],
  ])('shows %d ms as %s', (etaMs, text) => {
    expect(showEta(etaMs)).toBe(text);
  });
});
