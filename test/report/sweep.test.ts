import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarizeSensitivity } from '../../src/measure/sensitivity.js';
import type { SweepOptions } from '../../src/measure/sweep-figures.js';
import { changesCsv, sweepCsv } from '../../src/report/sweep-csv.js';
import type { SweepReport } from '../../src/report/sweep-report.js';
import { renderSweep } from '../../src/report/terminal-sweep.js';
import { expectGolden } from './golden.js';
import { resultsOf, sampleBehaviours, sweepOf } from './sample-sweep.js';
import type { Behaviour } from './sample-sweep.js';

const render = (report: SweepReport, columns = 80, colour = false) => renderSweep(report, { colour, columns });
const longest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));
const rows = (text: string) => parse<Record<string, string>>(text, { columns: true });
const flat = (report: SweepReport) => render(report).replace(/\s+/g, ' ');
const chosen = (options: Partial<SweepOptions>, behaviours = sampleBehaviours) => flat(sweepOf(behaviours, options)).replace(/.*Choice/, 'Choice');

const report = sweepOf(sampleBehaviours);
/** The same settings, as if a detector had been swept. */
const detectorReport = (behaviours: readonly Behaviour[] = sampleBehaviours.map((one, i) => ({ ...one, params: { hangoverMs: 150 + 50 * i } }))): SweepReport => {
  const made = sweepOf(behaviours, { maxFalseYield: null, reference: 1 });
  return { ...made, subject: 'detector', points: made.points.map((point) => ({ ...point, folder: null })), sensitivity: summarizeSensitivity(made.figures, behaviours.map(resultsOf)) };
};

describe('sweep.csv', () => {
  const docs = readFileSync(new URL('../../docs/sweep.md', import.meta.url), 'utf8');
  const documented = (section: string) => {
    const text = docs.split(/^## /m).find((part) => part.startsWith(section)) as string;
    return [...text.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]);
  };
  const header = (text: string) => text.split('\n')[0].split(',');

  it('is as committed', () => expectGolden('sweep.csv', sweepCsv(report)));

  it('documents every column, in order', () => {
    const names = header(sweepCsv(sweepOf(sampleBehaviours, { withinMs: [100] })));
    expect(documented('sweep.csv')).toEqual(names.map((name) => name.replace('100ms', '<X>ms').replace('param_vad.threshold', 'param_<name>')));
  });

  it('has the figures of each point, and what is missing empty', () => {
    const [eager, reference, strict] = rows(sweepCsv(report));
    expect(eager).toMatchObject({ point: '1', 'param_vad.threshold': '0.4', reference: 'false', non_dominated: 'true', best: 'false', interrupt_rate_100ms: '0.766667', interrupt_rate_100ms_diff: '0.366667', p50_diff_ms: '-22' });
    expect(reference).toMatchObject({ reference: 'true', best: 'true', interrupt_rate_100ms_diff: '', p50_n_pairs: '', false_yield_rate: '0.1', n_false_yield: '4', n_false_yield_base: '40' });
    expect(strict).toMatchObject({ p95_ms: '', p95_more_than_ms: '3600', p95_diff_ms: '', noise_false_yield_rate: '0', detect_p50_ms: '92', n_detected: '48' });
  });

  it('of detectors leaves out what only agents are chosen by', () => {
    const names = header(sweepCsv(detectorReport()));
    expect(names).toContain('param_hangoverMs');
    expect(names).not.toContain('best');
    expect(names).not.toContain('non_dominated');
  });

  it('names the attempts that detectors do not judge alike', () => {
    const text = changesCsv(detectorReport());
    expect(documented('measure-changes.csv')).toEqual(header(text).map((name) => name.replace('param_hangoverMs', 'param_<name>')));
    const changes = rows(text);
    expect(changes[0]).toMatchObject({ attempt_id: 'f0000', outcome_changes: 'true', limits_crossed: '60|100|250', point: '1', param_hangoverMs: '150', outcome: 'yielded', stop_latency_ms: '55' });
    expect(changes.filter(({ attempt_id }) => attempt_id === 'f0000').map(({ outcome }) => outcome)).toEqual(['yielded', 'talked-through', 'talked-through']);
  });
});

describe('renderSweep', () => {
  it('is as committed', () => {
    expectGolden('terminal-sweep.txt', render(report));
    expectGolden('terminal-measure.txt', render(detectorReport()));
  });

  it('keeps to 80 columns, whatever the names and numbers', () => {
    const value = fc.oneof(fc.string({ maxLength: 60 }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1, maxLength: 60 }), value, { minKeys: 1, maxKeys: 4, noNullPrototype: true }), fc.integer({ min: 0, max: 12_000 }), fc.constantFrom([100], [60, 100, 250], [60, 100, 250, 500, 1000, 9999]), (params, ms, withinMs) => {
        const behaviours = [0, 1].map((k): Behaviour => ({ params, stopMs: (i) => (i % 11 === 0 ? null : ms + 400 * k + i), yieldsTo: (i) => (i + k) % 3 === 0 }));
        const options = { withinMs, objectiveMs: withinMs[0], reference: 0 };
        const text = render(sweepOf(behaviours, options));
        expect(longest(text)).toBeLessThanOrEqual(80);
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
        expect(text).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { numRuns: 15 },
    );
    const many = Array.from({ length: 12 }, (_, k): Behaviour => ({ ...sampleBehaviours[k % 3], params: { 'vad.threshold': k, 'tts.chunkMs': 200, 'vad.kind': 'silero', flush: true, 'tts.queueMs': 1000 } }));
    const wide = render(sweepOf(many));
    expect(longest(wide)).toBeLessThanOrEqual(80);
    expect(wide).toContain('#12: vad.threshold=11 tts.chunkMs=200');
  });

  it('says the same with colour and without', () => {
    const coloured = render(report, 80, true);
    expect(coloured).not.toBe(render(report));
    expect(stripVTControlCharacters(coloured)).toBe(render(report));
  });

  it('marks the reference, the best and those that nothing dominates', () => {
    const marks = render(report).split('\n').filter((line) => /^ {2}\S* +#\d +0\.\d/.test(line)).map((line) => line.slice(2, 5).trim());
    expect(marks).toEqual(['*', '*rb', '*']);
  });

  it('says which points cannot be trusted or are not whole', () => {
    const points = report.points.map((point, i) => ({ ...point, untrusted: ['the error bar is not known', ...(i > 0 ? ['none of 101 attempts is valid'] : [])], unfinished: i }));
    const text = flat({ ...report, points });
    expect(text).toContain('Not all points can be trusted: - all points: the error bar is not known - #2, #3: none of 101 attempts is valid');
    expect(text).toContain('Not measured: 3 attempts');
    expect(flat(report)).toContain('All points can be trusted.');
  });
});

describe('the choice', () => {
  it('is the best point within the budget, and says how sure that is', () => {
    const text = chosen({ maxFalseYield: 0.15 });
    expect(text).toContain('Best: #2 vad.threshold=0.5, 40.0 % within 100 ms, p50 106.0 ms, false yields 10.0 %.');
    expect(text).toContain('The upper end of its interval, 25.3 %, exceeds 15.0 %: no setting has an upper end that does not.');
    expect(chosen({ maxFalseYield: 0.26 })).toContain('stays within 26.0 % too');
  });

  it('says outright when no setting meets both', () => {
    const text = chosen({ maxFalseYield: 0.1, minRate: 0.7 });
    expect(text).toContain('No setting meets both. Nearest in false yields: #2');
    expect(text).toContain('Nearest that reaches the rate: #1');
    expect(chosen({ maxFalseYield: 0.1, minRate: 0.9 })).toContain('None reaches the rate, whatever its false yields.');
  });

  it('says when none stays within the budget, and names the nearest', () => {
    const loud = sampleBehaviours.slice(0, 2);
    expect(chosen({ maxFalseYield: 0.01 }, loud)).toContain('No setting stays within 1.0 % false yields. Nearest: #2 vad.threshold=0.5');
  });

  it('warns where the best is not told apart from others', () => {
    const twin: Behaviour = { ...sampleBehaviours[1], params: { 'vad.threshold': 0.55 } };
    expect(chosen({}, [sampleBehaviours[1], twin])).toContain('Warning: within noise. The rate within 100 ms of #2 is not told apart from that of #1');
    expect(chosen({ reference: 0 }, [sampleBehaviours[1], sampleBehaviours[2]])).not.toContain('within noise');
  });

  it('has a price, where it is known', () => {
    expect(chosen({})).toMatch(/Price of strictness: 48\.0 ms \(\S+ \.\. \S+\) at the median from the fastest, #1 vad\.threshold=0\.4, to the strictest, #3/);
    const deaf: Behaviour = { params: { 'vad.threshold': 0.9 }, stopMs: () => null, yieldsTo: () => false };
    expect(chosen({ reference: 0 }, [sampleBehaviours[0], deaf])).toContain('Price of strictness: not known');
  });

  it('is not there where nothing can be chosen between', () => {
    expect(render(sweepOf(sampleBehaviours.slice(0, 1), { reference: 0 }))).not.toContain('Choice');
    expect(render(detectorReport())).not.toContain('Choice');
  });
});
