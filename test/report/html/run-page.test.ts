import { createHash } from 'node:crypto';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { runPage } from '../../../src/report/html/run-page.js';
import { summarize } from '../../../src/measure/summarize.js';
import { decompositionSentences } from '../../../src/report/decomposition-text.js';
import type { Report } from '../../../src/report/formats.js';
import type { StageFigures, TraceFacts } from '../../../src/types.js';
import { hostile, hostileReport, sampleReport } from '../sample-report.js';
import { sampleRun } from '../sample-run.js';
import { manyReport } from './many-attempts.js';
import { makeTimelines } from './sample-timelines.js';

const documentOf = (page: string) => parseHTML(page).document;
const textOf = (page: string, selector: string) => [...documentOf(page).querySelectorAll(selector)].map(({ textContent }) => (textContent ?? '').replace(/\s+/g, ' ').trim());
const dataOf = (page: string) => JSON.parse(documentOf(page).getElementById('data')?.textContent ?? '') as { attempts: Record<string, unknown>[] };

function emptyReport(): Report {
  const summary = summarize([], { withinMs: [60, 100, 250], errorBarMs: null });
  return { info: { ...sampleRun, label: 'empty', calibration: null, errorBarMs: null, lateness: null, agreement: null }, summary, gates: [], comparison: null, results: [] };
}

describe('report.html', () => {
  const report = sampleReport({ timelines: makeTimelines(sampleReport().results, 100, ({ attempt }) => attempt.id === 'f0004') });
  const page = runPage(report);

  it('has its parts in order, each with a heading that the navigation leads to', () => {
    const { document } = parseHTML(page);
    const ids = [...document.querySelectorAll('main > section')].map(({ id }) => id);
    expect(ids).toEqual(['headline', 'curve', 'yield-and-hold', 'stages', 'comparison', 'attempts', 'run']);
    expect([...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href'))).toEqual(ids.map((id) => `#${id}`));
    for (const id of ids) expect(document.querySelector(`section#${id} > h2#${id}-title`)).not.toBeNull();
  });

  it('says first that a run cannot be trusted, and why', () => {
    expect(textOf(page, 'header .banner.bad')[0]).toContain(report.info.untrusted[0]);
    const trusted = runPage({ ...report, info: { ...report.info, untrusted: [] } });
    expect(textOf(trusted, 'header .banner')).toEqual([]);
    expect(textOf(trusted, '.marks li').join()).toContain('the run can be trusted');
  });

  it('has the headline: each limit and percentile with its interval, false yields beside them, failed gates first', () => {
    const cards = textOf(page, '.side.yield .card');
    expect(cards).toHaveLength(6);
    expect(cards[0]).toMatch(/^within 60 ms ?20\.0 % ?95 %: 0\.1 \.\. 98\.9 %/);
    expect(cards[3]).toMatch(/^p50 stop latency/);
    expect(textOf(page, '.side.hold .card')[0]).toMatch(/^false yields on backchannel ?50\.0 %/);
    const verdicts = textOf(page, '#headline table td:nth-child(2)');
    expect(verdicts).toEqual(['FAIL', 'FAIL', 'FAIL', 'FAIL', 'pass', 'pass']);
  });

  it('takes p50 and p95 apart, with the sentence of the other reports and the numbers behind it', () => {
    const parts = textOf(page, '#stages figure:first-of-type figcaption li');
    expect(parts).toEqual(decompositionSentences(report.summary.decomposition));
    expect(parts[0]).toMatch(/^p50 .*largest: /);
    const rows = [...documentOf(page).querySelectorAll('#stages figure:first-of-type tbody tr')].map(({ textContent }) => (textContent ?? '').trim());
    expect(rows).toHaveLength(report.summary.decomposition.percentiles.reduce((n, { parts: of }) => n + of.length, 0));
  });

  it('of a trace says first from where its latencies count, and has the stack', () => {
    const stage: StageFigures = { stage: 'tts', n: 3, errors: 1, pageLimitMs: 350, overLimit: true, revised: null, figures: [{ name: 'first_byte', n: 2, nothing: 1, p50Ms: 300, p95Ms: 400, p99Ms: 400 }] };
    const trace: TraceFacts = { sources: ['calls.jsonl'], spans: 9, lost: 0, calls: 2, rebuilt: 0, unmeasured: [{ what: 'no VAD event', count: 4, example: hostile }], defects: [], notes: [], stack: [stage] };
    const traced = runPage({ ...report, info: { ...report.info, source: 'trace', trace } });
    expect(textOf(traced, 'header .banner')[0]).toContain('VAD');
    expect(textOf(traced, '#stack tbody th, #stack tbody td')).toEqual(['tts', 'first byte', '2', '300.0', '400.0', '400.0', '1', '1', '350 OVER']);
    expect(textOf(traced, '#stack details li')[0]).toContain('4 x no VAD event');
    expect(textOf(page, '#stack')).toEqual([]);
    expect(textOf(page, 'header').join()).toContain('seed');
    expect(textOf(traced, 'header, #run').join()).not.toContain('seed');
    const spans = report.results.map((result) => ({ ...result, detector: 'spans' as const, actualOffsetMs: null }));
    const data = dataOf(runPage({ ...report, results: spans, info: { ...report.info, source: 'trace', trace } }));
    expect(data.attempts.every(({ offset, underruns }) => offset === null && underruns === null)).toBe(true);
  });

  it('shows the misses as the part of the curve that never arrives', () => {
    expect(textOf(page, '#curve figcaption')[0]).toContain('2 of 5 interruptions (40.0 %) were never yielded to');
    expect(textOf(page, '#curve > figure .wide svg text').join(' ')).toContain('2 never');
    expect(textOf(page, '#curve table tbody tr:first-child td').slice(0, 5)).toEqual(['5', '20.0 %', '40.0 %', '40.0 %', '40.0 %']);
  });

  it('draws the curve of the baseline where its verdicts are given', () => {
    expect(textOf(page, '#curve > figure .legend li')).toHaveLength(1);
    expect(textOf(runPage({ ...report, baseResults: report.results }), '#curve > figure .legend li')[1]).toBe('baseline (main)');
  });

  it('names every chart, and has a table behind it', () => {
    const { document } = parseHTML(page);
    const figures = [...document.querySelectorAll('figure')];
    expect(figures.length).toBeGreaterThan(4);
    for (const figure of figures) {
      expect(figure.querySelector('.wide svg[role=img]')?.getAttribute('aria-label')?.length).toBeGreaterThan(20);
      expect(figure.querySelector('.wide svg')?.getAttribute('xmlns')).toBe('http://www.w3.org/2000/svg');
      expect(figure.querySelectorAll('details table tbody tr').length).toBeGreaterThan(0);
    }
  });

  it('has a row for each intent, persona and condition, and a cell of the strip for each attempt', () => {
    const { document } = parseHTML(page);
    const combinations = new Set(report.results.map(({ attempt }) => `${attempt.intent} ${attempt.persona} ${attempt.condition}`));
    expect(document.querySelectorAll('#cells tbody tr')).toHaveLength(combinations.size);
    expect(document.querySelectorAll('#strip [role=option]')).toHaveLength(report.results.length);
    expect(dataOf(page).attempts).toHaveLength(report.results.length);
  });

  it('gives times from the onset, and marks what went wrong', () => {
    const attempt = dataOf(page).attempts.find(({ id }) => id === 'f0004');
    expect(attempt).toMatchObject({ kind: 'missed', miss: 1, line: { from: -1000, to: 3000, start: 2000, end: 900, events: [['vad-start', 40], ['cancel', 60]], flushes: [60], file: 'audio/f0004.wav' } });
    expect(dataOf(page).attempts.find(({ id }) => id === 'f0005')).toMatchObject({ kind: 'held', miss: 0 });
  });

  it('says why there is no lateness by the clock of the run, and of the clocks what the terminal says', () => {
    const { info } = report;
    const factsOf = (more: Partial<typeof info>) => textOf(runPage({ ...report, info: { ...info, lateness: null, ...more } }), '#run').join();
    expect(factsOf({ clock: 'virtual' })).toContain('On the virtual clock nothing is late.');
    expect(factsOf({ clock: 'realtime' })).toContain('Not known: no frame was sent.');
    expect(factsOf({ clock: 'realtime' })).not.toContain('virtual clock nothing');
    const agreement = { attempts: 16, harnessLate: 16, sameOutcome: 0, compared: 0, medianMs: null, maxMs: null };
    expect(factsOf({ agreement })).toContain('all 16 attempts replayed in real time came too late on this machine to be compared');
    expect(factsOf({ agreement: { ...agreement, harnessLate: 14, sameOutcome: 2, compared: 2, medianMs: 1, maxMs: 2 } })).toContain('2 of 2 attempts ended alike in real time, stops 1.00 ms apart at the median');
  });

  it('says where there are no timelines, and shows the rest', () => {
    const without = runPage({ ...report, timelines: { byAttempt: new Map(), missing: 'there are no recordings (journal.jsonl) beside this report' } });
    expect(textOf(without, '#attempts .note.warn')).toEqual(['No timelines: there are no recordings (journal.jsonl) beside this report.']);
    expect(textOf(without, '#strip [role=option]')).toHaveLength(report.results.length);
  });

  it('stands without attempts', () => {
    const empty = runPage(emptyReport());
    expect(textOf(empty, 'main > section')).toHaveLength(6);
    expect(empty).not.toMatch(/\b(NaN|Infinity|undefined)\b.*<\/(td|p|text)>/);
  });
});

describe('the page', () => {
  const page = runPage(sampleReport());

  it('loads nothing: the policy forbids it, and lets in its own script alone', () => {
    const { document } = parseHTML(page);
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? '';
    const script = document.querySelector('script:not([type])')?.textContent ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    expect(document.querySelectorAll('script')).toHaveLength(2);
    expect([...document.querySelectorAll('[src]')]).toEqual([]);
    expect([...document.querySelectorAll('[href]')].map((link) => link.getAttribute('href')).filter((href) => !/^(#|data:,$)/.test(href ?? ''))).toEqual([]);
  });

  it('has ids once, and every label points to something', () => {
    const { document } = parseHTML(page);
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const owner of document.querySelectorAll('[aria-labelledby]')) expect(ids).toContain(owner.getAttribute('aria-labelledby'));
  });

  it('is the same bytes for equal reports, also when another was drawn between', () => {
    const again = (make: () => Report) => [runPage(make()), runPage(emptyReport()), runPage(make())];
    for (const make of [sampleReport, hostileReport]) {
      const [first, , second] = again(make);
      expect(second).toBe(first);
    }
  });
});

describe('hostile names', () => {
  const report = hostileReport();
  const results = report.results.map((result) => ({ ...result, attempt: { ...result.attempt, id: `${hostile}${result.attempt.index}</script><script>alert(1)</script>`, agentClip: hostile, userClip: hostile } }));
  const agentOptions = { [hostile]: hostile };
  const page = runPage({ ...report, results, info: { ...report.info, agentOptions, configuration: { [hostile]: hostile } }, timelines: makeTimelines(results, 10) });

  it('are text: no element and no attribute of theirs is in the page', () => {
    const { document } = parseHTML(page);
    expect(document.querySelectorAll('img, iframe, object, a[href^="javascript"]')).toHaveLength(0);
    expect(document.querySelectorAll('script')).toHaveLength(2);
    expect([...document.querySelectorAll('*')].flatMap((element) => element.getAttributeNames()).filter((name) => /^(on|src$|x$(?!))/.test(name) && name !== 'x')).toEqual([]);
  });

  it('do not end the data, and come through as they were but for what HTML has no place for', () => {
    expect(dataOf(page).attempts[0].agent).toContain('a|b <img src=x>');
    expect(page).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
  });

  it('have the structure of harmless ones', () => {
    const shape = (text: string) => [...documentOf(text).querySelectorAll('section, table, figure, svg, form, details')].map(({ tagName }) => tagName).join();
    const harmless = runPage({ ...sampleReport(), info: { ...report.info, label: 'x' } });
    expect(shape(page).match(/SECTION/gi)).toEqual(shape(harmless).match(/SECTION/gi));
  });
});

describe('size', () => {
  it('stays below 3 MB for 750 attempts without audio', () => {
    expect(Buffer.byteLength(runPage(manyReport(750)))).toBeLessThan(3_000_000);
  });
});
