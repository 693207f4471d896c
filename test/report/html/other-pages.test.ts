import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { comparePage } from '../../../src/report/html/compare-page.js';
import { sweepPage } from '../../../src/report/html/sweep-page.js';
import { hostile, sampleComparison } from '../sample-report.js';
import { sampleResults } from '../sample-run.js';
import { sampleBehaviours, sweepOf } from '../sample-sweep.js';

const textOf = (page: string, selector: string) => [...parseHTML(page).document.querySelectorAll(selector)].map(({ textContent }) => (textContent ?? '').replace(/\s+/g, ' ').trim());

describe('sweep.html', () => {
  const report = sweepOf(sampleBehaviours);
  const page = sweepPage(report);

  it('shows the choice, every setting, the plane and a slope for each parameter', () => {
    expect(textOf(page, 'main > section > h2')).toEqual(['What can be chosen', 'Yield against false yield', 'Parameter by parameter', 'How it was measured']);
    expect(textOf(page, '#choice p').join(' ')).toMatch(/Best: #2 vad\.threshold=0\.5/);
    expect(textOf(page, '#choice table tbody tr')).toHaveLength(3);
    expect(textOf(page, '#slopes h3')).toEqual(['By vad.threshold']);
  });

  it('gives the slope as a number, on an axis where values lie as far apart as they are', () => {
    const p50 = report.figures.points.map(({ percentiles }) => percentiles[0].figure.valueMs ?? NaN);
    // Three values evenly apart: least squares is the difference of the outer two.
    expect(textOf(page, '#slopes p')[0]).toContain(`p50 stop latency +${(p50[2] - p50[0]).toFixed(1)} ms.`);
    expect(textOf(page, '#slopes p')[0]).toMatch(/^Slope from 0\.4 to 0\.6: /);
    const uneven = sweepOf([30, 60, 210].map((chunkMs, k) => ({ ...sampleBehaviours[k], params: { 'tts.chunkMs': chunkMs } })));
    const [a, b, c] = [...parseHTML(sweepPage(uneven)).document.querySelectorAll('#slopes .wide circle')].map((dot) => Number(dot.getAttribute('cx')));
    expect((c - b) / (b - a)).toBeCloseTo(5, 1);
  });

  it('tells the lines of two parameters apart, and leaves out one that was not varied', () => {
    const behaviours = [0.4, 0.5].flatMap((threshold, k) => [30, 60].map((chunkMs) => ({ ...sampleBehaviours[k], params: { 'vad.threshold': threshold, 'tts.chunkMs': chunkMs, 'guard.ms': 0 } })));
    const drawn = sweepPage(sweepOf(behaviours));
    expect(textOf(drawn, '#slopes h3')).toEqual(['By vad.threshold', 'By tts.chunkMs']);
    // The chunks make no difference here: one line with both names.
    expect(textOf(drawn, '#slopes .legend').slice(0, 3)).toEqual(Array.from({ length: 3 }, () => 'tts.chunkMs=30 and tts.chunkMs=60'));
    expect(textOf(drawn, '#slopes .legend').at(-1)).toBe('vad.threshold=0.4vad.threshold=0.5');
    const strokes = [...parseHTML(drawn).document.querySelectorAll('#slopes figure:first-of-type .wide path[stroke-width="2"], #slopes figure .legend line')].map((line) => line.getAttribute('stroke'));
    expect(new Set(strokes).size).toBe(2);
    // Settings that differ in what makes no difference lie on top of each other.
    expect(textOf(drawn, '#trade .wide g[font-weight="700"] text')).toEqual(['#1 #2', '#3 #4']);
  });

  it('knows no slope of what has no order', () => {
    const made = sweepOf(['silero', 'energy'].map((kind, k) => ({ ...sampleBehaviours[k], params: { 'vad.kind': kind } })));
    expect(textOf(sweepPage(made), '#slopes p')[0]).toMatch(/no order/);
  });

  it('joins the efficient points, and no others', () => {
    const efficient = report.figures.points.filter(({ nonDominated }) => nonDominated).length;
    const dots = [...parseHTML(page).document.querySelectorAll('#trade .wide circle')].map((dot) => dot.getAttribute('fill'));
    expect(dots).toHaveLength(3);
    expect(dots.filter((fill) => fill === 'var(--yield)')).toHaveLength(efficient);
  });

  it('says which point cannot be trusted', () => {
    const points = report.points.map((point, i) => (i === 1 ? { ...point, untrusted: [hostile] } : point));
    expect(textOf(sweepPage({ ...report, points }), 'header .banner li')[0]).toMatch(/^#2: a\|b <img src=x>/);
    expect(textOf(page, 'header .banner')).toEqual([]);
  });

  it('tells what differs between the points from what they have in common', () => {
    const behaviours = [0.4, 0.5].flatMap((threshold) => ['silero', 'energy'].map((kind, k) => ({ ...sampleBehaviours[k], params: { 'vad.threshold': threshold, 'vad.kind': kind, 'guard.ms': 0 } })));
    const options = { 'vad.threshold': 0.5, 'vad.kind': 'silero', 'guard.ms': 0, 'tts.chunkMs': 30 };
    const made = sweepOf(behaviours);
    const facts = textOf(sweepPage({ ...made, run: { ...made.run, agentOptions: options, configuration: { agentOptions: { 'vad.threshold': 0.5, 'guard.ms': 0 }, playoutMs: 40 } } }), '#run h3, #run .facts div');
    const below = (heading: string) => facts.slice(facts.indexOf(heading) + 1).slice(0, 2);
    expect(below('What differs between the points')).toEqual(['vad.threshold0.4, 0.5', 'vad.kindsilero, energy']);
    expect(below('Configuration, the same at every point')).toEqual(['agentOptions{"guard.ms":0}', 'playoutMs40']);
    expect(below('Options of the agent, the same at every point')).toEqual(['guard.ms0', 'tts.chunkMs30']);
  });

  it('of a detector leaves the options of the agent whole, and its own out', () => {
    const behaviours = (['auto', 'energy'] as const).map((detector, k) => ({ ...sampleBehaviours[k], params: { detector, hangoverMs: 100 * (k + 1) } }));
    const made = sweepOf(behaviours, { reference: 0 });
    const run = { ...made.run, configuration: { detector: 'auto', detectorOptions: { hangoverMs: '100', levelDb: '-32' } } };
    const facts = textOf(sweepPage({ ...made, subject: 'detector', run }), '#run h3, #run .facts div');
    expect(facts.slice(0, 5)).toEqual(['What differs between the points', 'detectorauto, energy', 'hangoverMs100, 200', 'Configuration, the same at every point', 'detectorOptions{"levelDb":"-32"}']);
    expect(facts).toContain('vad.threshold0.5');
  });

  it('is the same bytes for equal sweeps', () => expect(sweepPage(sweepOf(sampleBehaviours))).toBe(page));
});

describe('compare.html', () => {
  const compared = { comparison: sampleComparison, builds: [{ name: 'vad.threshold', base: 0.5, head: 0.4 }], base: sampleResults, head: sampleResults, withinMs: [60, 100, 250] };
  const page = comparePage(compared);

  it('begins with the verdict and with what must be known, then the flipped attempts', () => {
    expect(textOf(page, '.marks li')[0]).toBe('✗ 1 figure regressed');
    expect(textOf(page, 'header .banner').join(' ')).toContain('the base run cannot be trusted');
    expect(textOf(page, 'main > section > h2')).toEqual(['Attempts that flipped', 'Figures', 'Latency curves', 'What differs between the builds']);
    expect(textOf(page, '#flips tbody tr th')).toEqual(['f0004', 'f0000']);
  });

  it('draws two curves', () => expect(textOf(page, '#curves .legend li')).toEqual(['head: =cmd()', 'base: main']));

  it('lets no name be markup', () => {
    const side = { runId: hostile, label: hostile, agent: hostile };
    const flips = sampleComparison.flips.map((flip) => ({ ...flip, attemptId: hostile, persona: hostile }));
    const lines = sampleComparison.lines.map((line) => ({ ...line, metric: hostile, note: hostile }));
    const bad = comparePage({ ...compared, comparison: { ...sampleComparison, base: side, head: side, flips, lines, mismatches: [hostile] }, builds: [{ name: hostile, base: hostile, head: null }] });
    const { document } = parseHTML(bad);
    expect(document.querySelectorAll('img')).toHaveLength(0);
    expect(document.querySelectorAll('script')).toHaveLength(2);
    expect(document.querySelectorAll('section')).toHaveLength(4);
  });
});
