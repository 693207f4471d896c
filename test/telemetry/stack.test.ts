import { expect, it } from 'vitest';
import type { StackFigure } from '../../src/types.js';
import { analyse, makeSpan, shuffled } from './traced.js';

const stage = (name: string, totalMs: number, attributes = {}, events: Parameters<typeof makeSpan>[4] = [], more = {}) => makeSpan(`audio.${name}`, 0, totalMs, { 'audio.stage': name, ...attributes }, events, more);
const named = (figures: readonly StackFigure[], name: string) => figures.find((figure) => figure.name === name);

it('has percentiles by nearest rank, and keeps what produced nothing out of them', () => {
  const values = Array.from({ length: 100 }, (_, i) => i + 1);
  const spans = [...values.map((ms) => stage('tts', 500, { 'audio.first_byte_ms': ms })), ...[1, 2, 3].map(() => stage('tts', 500, { 'audio.first_byte_ms': -1, 'audio.error': true }))];
  const [tts] = analyse(shuffled(spans, 7)).facts.stack;
  expect(tts).toMatchObject({ stage: 'tts', n: 103, errors: 3, pageLimitMs: 350, overLimit: false });
  expect(named(tts.figures, 'first_byte')).toEqual({ name: 'first_byte', n: 100, nothing: 3, p50Ms: 50, p95Ms: 95, p99Ms: 99 });
});

it('counts lengths that cannot be, and leaves them out', () => {
  const { facts } = analyse([stage('llm', 10, { 'audio.first_byte_ms': -7 }), stage('llm', 10, { 'audio.first_byte_ms': 4_000_000 }), stage('llm', 10, { 'audio.first_byte_ms': 'soon' }), stage('llm', 10, { 'audio.first_byte_ms': '12.5' })]);
  expect(named(facts.stack[0].figures, 'first_byte')).toMatchObject({ n: 1, p50Ms: 12.5 });
  expect(facts.defects.map(({ what, count }) => [what, count])).toEqual([
    ['first_byte below 0 or above an hour: left out', 2],
    ['audio.first_byte_ms that is no number', 1],
  ]);
});

it('times the recognition by its events, and compares the words of the last partial with the final', () => {
  const events = (texts: readonly [string, string]) => [['asr.final', 400, { text: texts[1] }], ['asr.partial', 120, { text: 'so' }], ['asr.partial', 330, { text: texts[0] }]] as const;
  const [asr] = analyse([stage('asr', 500, {}, events(['stop it', 'Stop it.'])), stage('asr', 500, {}, events(['stop it', 'Stop that.']))]).facts.stack;
  const times = Object.fromEntries(asr.figures.map(({ name, p50Ms }) => [name, p50Ms]));
  expect(times).toEqual({ first_byte: 120, total: 500, first_partial: 120, final: 400, revision: 70 });
  expect(asr).toMatchObject({ overLimit: false, revised: { n: 2, count: 1 } });
});

it('finds the largest gap between the chunks of the synthesis', () => {
  const [tts] = analyse([stage('tts', 500, { 'audio.largest_gap_ms': 1 }, [['tts.chunk', 90], ['tts.chunk', 10], ['tts.chunk', 40]])]).facts.stack;
  expect(named(tts.figures, 'largest_gap')).toMatchObject({ n: 1, p50Ms: 50 });
});

it('reads seconds as seconds, and the total from the span where no attribute says it', () => {
  const [llm, tts] = analyse([makeSpan('llm_node', 0, 800, { 'lk.response.ttft': 0.42 }), makeSpan('tts', 100, 350, { 'metrics.ttfb': 0.2 })]).facts.stack;
  expect(llm.figures).toMatchObject([{ name: 'first_byte', p50Ms: 420 }, { name: 'total', p50Ms: 800 }]);
  expect(tts.figures).toMatchObject([{ name: 'first_byte', p50Ms: 200 }, { name: 'total', p50Ms: 250 }]);
});

it('holds interruptions in the place of barge-in spans where there are none', () => {
  const { stack } = analyse([makeSpan('agent_speaking', 0, 2300), makeSpan('user_speaking', 2000, 2500)]).facts;
  expect(stack).toMatchObject([{ stage: 'barge_in', n: 1, overLimit: true, figures: [{ name: 'first_byte', p95Ms: 300 }] }]);
});
