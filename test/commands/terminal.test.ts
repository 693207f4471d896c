import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { columnsOf, errColumnsOf, takesColour } from '../../src/commands/terminal.js';

describe('colour', () => {
  it.each([
    ['a terminal', true, {}, true],
    ['a pipe', false, {}, false],
    ['a terminal, NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['a terminal, NO_COLOR empty', true, { NO_COLOR: '' }, true],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
    ['a pipe, FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
    ['a terminal, FORCE_COLOR 0', true, { FORCE_COLOR: '0' }, false],
    ['a terminal, FORCE_COLOR false', true, { FORCE_COLOR: 'false' }, false],
    ['both', true, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('%s', (_, isTTY, env, coloured) => expect(takesColour({ isTTY }, env)).toBe(coloured));
});

describe('width', () => {
  it('is that of a terminal within bounds, and 80 elsewhere', () => {
    expect([{ isTTY: true, columns: 100 }, { isTTY: true, columns: 10 }, { isTTY: true, columns: 500 }, { isTTY: false, columns: 100 }, {}].map(columnsOf)).toEqual([100, 40, 120, 80, 80]);
  });

  it('of standard error is its own, and none where it is no terminal', () => {
    expect(errColumnsOf({ errScreen: null })).toBe(null);
    expect(errColumnsOf({ errScreen: Object.assign(new Writable(), { columns: 64 }) })).toBe(64);
  });
});
