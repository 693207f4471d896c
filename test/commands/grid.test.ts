import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axes, axesOf, findReference, gridPoints, gridTexts, mostPoints, parseAxis, pointFolder } from '../../src/commands/grid.js';
import { BargeinError } from '../../src/errors.js';

const parse = (text: string) => parseAxis('--param', text);

describe('the values of a parameter', () => {
  it.each([
    ['vad.threshold=0.4:0.65:0.05', ['0.4', '0.45', '0.5', '0.55', '0.6', '0.65']],
    ['a=0.1:0.3:0.1', ['0.1', '0.2', '0.3']],
    ['a=1:1:1', ['1']],
    ['a=-30:-20:5', ['-30', '-25', '-20']],
    ['a=0:1:.25', ['0', '0.25', '0.5', '0.75', '1']],
    ['tts.chunkMs=30,60,200', ['30', '60', '200']],
    ['flush=true,false', ['true', 'false']],
    ['vad.kind=silero, energy', ['silero', 'energy']],
    ['a=0.50,0.5,1.0', ['0.5', '1']],
    ['x=1e-1,0.1,+.1,10E-2', ['0.1']],
    ['x=1e-7,2.5e3,-0', ['0.0000001', '2500', '0']],
    ['x=1e999,e5,1e', ['1e999', 'e5', '1e']],
    ['url=ws://host:8080', ['ws://host:8080']],
    ['text=a=b', ['a=b']],
  ])('%s', (text, values) => expect(parse(text).values).toEqual(values));

  it('keep both ends of any range of whole steps, without float noise', () => {
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 4 }), (from, step, steps, digits) => {
        const text = (value: number) => (value / 10 ** digits).toFixed(digits);
        const { values } = parse(`a=${text(from)}:${text(from + steps * step)}:${text(step)}`);
        expect(values).toHaveLength(steps + 1);
        expect(values.every((value) => value.length <= 8)).toBe(true);
        expect(Number(values.at(-1))).toBe(Number(text(from + steps * step)));
      }),
    );
  });

  it.each([
    ['vad.threshold', 'is not of the form name=values'],
    ['=1,2', 'is not of the form name=values'],
    ['a=', 'is not of the form name=values'],
    ['a=1,,2', 'has an empty place'],
    ['a=0.4:0.65', 'is not a range'],
    ['a=1:2:3:4', 'is not a range'],
    ['a=0.4:0.65:0', 'the step must be above 0'],
    ['a=0.4:0.65:-0.05', 'the step must be above 0'],
    ['a=0.65:0.4:0.05', 'runs backwards'],
    ['a=0.4:0.65:0.1', 'does not meet its end: the last value is 0.6'],
    ['a=0:1000:1', 'holds 1001 values, of at most 200'],
    ['a=0:1:0.0000000001', 'more digits'],
  ])('refuse %s', (text, problem) => {
    expect(() => parse(text)).toThrow(BargeinError);
    expect(() => parse(text)).toThrow(problem);
  });

  it('refuse a parameter that comes twice', () => {
    const read = axes('--param');
    expect(() => read('a=3', read('a=1,2', undefined))).toThrow('--param a is given twice');
    expect(axesOf(read('b=3', read('a=1,2', undefined)))).toEqual([{ name: 'a', values: ['1', '2'] }, { name: 'b', values: ['3'] }]);
  });
});

describe('a grid', () => {
  const grid = [parse('vad.threshold=0.4,0.5'), parse('flush=true,false'), parse('vad.kind=silero')];

  it('is every combination, typed, the last parameter running fastest', () => {
    expect(gridPoints(grid)).toEqual([
      { 'vad.threshold': 0.4, flush: true, 'vad.kind': 'silero' },
      { 'vad.threshold': 0.4, flush: false, 'vad.kind': 'silero' },
      { 'vad.threshold': 0.5, flush: true, 'vad.kind': 'silero' },
      { 'vad.threshold': 0.5, flush: false, 'vad.kind': 'silero' },
    ]);
    expect(gridTexts([])).toEqual([{}]);
  });

  it(`has at most ${mostPoints} points`, () => {
    expect(gridTexts([parse('a=1:20:1'), parse('b=1:10:1')])).toHaveLength(200);
    expect(() => gridTexts([parse('a=1:20:1'), parse('b=1:11:1')])).toThrow('the grid has 220 points (a 20 x b 11), of at most 200');
  });

  it('is held against the own values of the agent where it has them, else its first', () => {
    expect(findReference(grid, {}, { 'vad.threshold': 0.5, flush: false, 'vad.kind': 'silero' })).toBe(3);
    expect(findReference(grid, {}, { 'vad.threshold': 0.55, flush: false })).toBe(1);
    expect(findReference(grid, {}, {})).toBe(0);
  });

  it('is held against what is named', () => {
    expect(findReference(grid, { 'vad.threshold': '0.50' }, { 'vad.threshold': 0.4, flush: false })).toBe(3);
    expect(() => findReference(grid, { 'vad.threshold': '0.45' }, {})).toThrow('--reference vad.threshold=0.45 is no point of the grid');
    expect(() => findReference(grid, { 'tts.chunkMs': '30' }, {})).toThrow("'tts.chunkMs' is not swept");
  });

  it('names folders by number and values, safe in any file system', () => {
    expect(pointFolder(2, 6, { 'vad.threshold': 0.5 })).toBe('3-vad.threshold-0.5');
    expect(pointFolder(2, 12, { 'vad.threshold': 0.5, flush: true })).toBe('03-vad.threshold-0.5_flush-true');
    expect(pointFolder(0, 1, { url: 'ws://host:8080/../x?y' })).toBe('1-url-ws-host-8080-..-x-y');
  });
});
