import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarize } from '../../src/measure/summarize.js';
import { judgeTrust } from '../../src/measure/trust.js';
import { percentileInterval, percentileValue } from '../../src/report/format.js';
import { bar, histogramRows } from '../../src/report/histogram.js';
import { wrap } from '../../src/report/layout.js';
import { runJson, summaryJson } from '../../src/report/run-json.js';
import { renderSummary } from '../../src/report/terminal.js';
import type { AttemptResult, RunInfo } from '../../src/types.js';
import { makeResult, sampleResults, sampleRun } from './sample-run.js';

const options = { withinMs: [60, 100, 250], errorBarMs: 0.42 };
const summary = summarize(sampleResults, options);
const render = (run: RunInfo, results: readonly AttemptResult[], withinMs: number[], columns = 80, colour = false) => {
  const made = summarize(results, { withinMs, errorBarMs: 0.42 });
  return renderSummary({ ...run, ...judgeTrust(made) }, made, { colour, columns });
};
const longest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));
const many = (n: number) =>
  Array.from({ length: n }, (_, i) =>
    makeResult(
      {
        intent: i % 3 === 0 ? 'backchannel' : i % 3 === 1 ? 'noise' : 'interruption',
        persona: 'two-words-then-silence',
        userClip: `u${i % 40}`,
        agentClip: `a${i % 25}`,
      },
      { outcome: i % 7 === 0 ? 'resumed' : 'yielded', stopLatencyMs: 990 + (i % 2000) / 100, stopLatencyLoMs: 900, observedMs: 12345.6 },
    ),
  );

describe('renderSummary', () => {
  it('keeps to 80 columns, whatever the names and numbers', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 0, max: 300 }), fc.constantFrom<number[]>([60, 100, 250], [1000], [60, 100, 250, 500, 1000, 2000]), (text, n, withinMs) => {
        const run = { ...sampleRun, label: text, agent: `${text}:after`, corpus: { name: text, hash: '' } };
        expect(longest(render(run, many(n), withinMs))).toBeLessThanOrEqual(80);
      }),
      { numRuns: 25 },
    );
    expect(longest(render(sampleRun, many(20000), [1000, 1005, 10000]))).toBeLessThanOrEqual(80);
    expect(longest(render(sampleRun, sampleResults, [60, 100, 250], 200))).toBeLessThanOrEqual(100);
  });

  it('says the same with colour and without, and uses none where there is to be none', () => {
    const plain = render(sampleRun, sampleResults, [60, 100, 250]);
    const coloured = render(sampleRun, sampleResults, [60, 100, 250], 80, true);
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured)).toBe(plain);
    expect(stripVTControlCharacters(plain)).toBe(plain);
  });

  it('lets no name move the cursor', () => {
    const text = render({ ...sampleRun, label: '\u001b[2J\r\u009bevil' }, [makeResult({ persona: '\u001b[1Aangry' as 'angry' })], [60]);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(text).toContain('?[2J??evil');
  });

  it('says why a run cannot be trusted', () => {
    expect(render(sampleRun, [], [60])).toContain('This run cannot be trusted:\n  - no attempt was replayed');
    const clean = Array.from({ length: 20 }, (_, i) => makeResult({ userClip: `u${i}`, agentClip: `a${i}` }));
    expect(render(sampleRun, clean, [60])).toContain('The run can be trusted.');
  });
});

describe('percentiles', () => {
  const figure = (n: number, p: number, clips = n) =>
    summarize(Array.from({ length: n }, (_, i) => makeResult({ userClip: `u${i % clips}`, agentClip: `a${i % clips}` }, { stopLatencyMs: 100 + i })), options)
      .groups[0].percentiles.find((one) => one.p === p) as (typeof summary.groups)[0]['percentiles'][0];

  it('say which number of attempts a bound would need', () => {
    expect(percentileInterval(figure(71, 0.95))).toBe('from 162.0 ms, no upper bound: n < 72');
    expect(percentileInterval(figure(72, 0.95))).toBe('163.0 .. 171.0 ms');
    expect(percentileInterval(figure(367, 0.99))).toMatch(/no upper bound: n < 368$/);
    expect(percentileInterval(figure(80, 0.95, 10))).toMatch(/no upper bound: effective n < 72$/);
    expect(percentileInterval(figure(3, 0.5))).toBe('no bounds: n < 6');
  });

  it('among the misses are more than what was observed', () => expect(percentileValue(summary.groups[0].percentiles[1])).toBe('> 812.5 ms'));
});

describe('the histogram', () => {
  it('counts every valid interruption once', () => {
    const rows = histogramRows(summary.curve, [60, 100, 250]);
    expect(rows.reduce((total, { count }) => total + count, 0)).toBe(5);
    expect(rows.at(-1)).toEqual({ name: 'missed', count: 2 });
    expect(histogramRows(summarize([], options).curve, [60])).toEqual([]);
    const late = summarize([makeResult({}, { stopLatencyMs: 5000 })], options);
    expect(histogramRows(late.curve, [60]).at(-2)).toEqual({ name: '> 2000 ms', count: 1 });
  });

  it('draws bars to an eighth', () => {
    expect([bar(10, 10, 4), bar(5, 10, 4), bar(1, 8, 4), bar(1, 1000, 4), bar(0, 10, 4), bar(0, 0, 4)]).toEqual(['████', '██', '▌', '▏', '', '']);
  });
});

describe('wrap', () => {
  it('breaks at spaces, indents, and cuts what is too long', () => {
    expect(wrap('  one two three', 9, '    ')).toEqual(['  one two', '    three']);
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrap('', 10)).toEqual(['']);
  });
});

describe('JSON', () => {
  it('is the same whatever order a run was built in', () => {
    const { agentOptions, ...rest } = sampleRun;
    const turned: RunInfo = { ...rest, agentOptions: Object.fromEntries(Object.entries(agentOptions).reverse()) };
    expect(runJson(turned)).toBe(runJson(sampleRun));
    expect(JSON.parse(runJson(sampleRun))).toEqual(sampleRun);
  });

  it('holds run and summary', () => expect(JSON.parse(summaryJson(sampleRun, summary))).toEqual({ run: sampleRun, summary }));
});
