import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { summarize } from '../../src/measure/summarize.js';
import { attemptsCsv, attemptsCsvHeader } from '../../src/report/attempts-csv.js';
import { csvMs, csvRate, csvRow } from '../../src/report/csv.js';
import { summaryCsv } from '../../src/report/summary-csv.js';
import { sampleResults, sampleRun } from './sample-run.js';

const docs = readFileSync(new URL('../../docs/csv.md', import.meta.url), 'utf8');
const documented = (section: string) => {
  const text = docs.split(/^## /m).find((part) => part.startsWith(section)) as string;
  return [...text.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]);
};
const rows = (text: string) => parse<Record<string, string>>(text, { columns: true });
const summaryOf = (withinMs: number[]) => summaryCsv(sampleRun, summarize(sampleResults, { withinMs, errorBarMs: 0.42 }));
const line = (value: string | number | boolean | null) => csvRow([{ name: 'x', value: () => value }, { name: 'y', value: () => 1 }], null);

describe('cells', () => {
  it.each([
    [null, ',1\n'],
    [NaN, ',1\n'],
    [-Infinity, ',1\n'],
    [0, '0,1\n'],
    [false, 'false,1\n'],
    [true, 'true,1\n'],
    [-3.5, '-3.5,1\n'],
    ['=1+1', "'=1+1,1\n"],
    ['-x', "'-x,1\n"],
    ['@x', "'@x,1\n"],
    ['a,"b"', '"a,""b""",1\n'],
    ['a\nb', '"a\nb",1\n'],
  ])('%j', (value, text) => expect(line(value)).toBe(text));

  it('round ms to 3 decimals and rates to 6, and keep what is missing', () => {
    expect(csvMs(12.34567)).toBe(12.346);
    expect(csvRate(1 / 3)).toBe(0.333333);
    expect([csvMs(null), csvRate(null)]).toEqual([null, null]);
  });
});

describe('attempts.csv', () => {
  it('has the promised columns, in order, and one for each agent option, sorted', () => {
    const promised =
      'run_id,label,attempt_id,agent,agent_clip,user_clip,user_clip_kind,intent,persona,condition,offset_ms,actual_offset_ms,outcome,stop_latency_ms,' +
      'stop_latency_lo_ms,packetization_ms,wire_stop_latency_ms,detect_ms,cancel_ms,response_latency_ms,resumed_after_ms,observed_ms,stopped_in_pause,' +
      'buffer_depth_ms,underruns,send_lateness_ms,detector,invalid_reason,error';
    const header = attemptsCsvHeader(sampleRun);
    expect(header.startsWith(`${promised},`)).toBe(true);
    expect(header.trimEnd().split(',').slice(-4)).toEqual(['param_flush', 'param_note', 'param_vad.kind', 'param_vad.threshold']);
  });

  it('documents every column, in order', () => {
    const fixed = attemptsCsvHeader({ ...sampleRun, agentOptions: {} }).trimEnd().split(',');
    expect(documented('attempts.csv')).toEqual([...fixed, 'param_<name>']);
  });

  it('reads back, also where text holds commas, quotes, newlines and formulas', () => {
    const read = rows(attemptsCsv(sampleRun, sampleResults));
    expect(read).toHaveLength(sampleResults.length);
    expect(read[0]).toMatchObject({ label: "'=cmd()", stop_latency_ms: '83.125', stopped_in_pause: 'false', response_latency_ms: '' });
    expect(read[1].gain_db).toBe('-18');
    expect(read[5].agent_clip).toBe('\'+agent, "c"');
    const [dirty] = rows(attemptsCsv(sampleRun, [{ ...sampleResults[0], error: 'gone\u001b[2J\tand\nover' }]));
    expect(dirty.error).toBe('gone\ufffd[2J\tand\nover');
    expect(read[11].error).toBe('\'@socket closed, "1006"\nby the peer');
  });
});

describe('summary.csv', () => {
  it('has the promised columns, in order', () => {
    const promised =
      'run_id,label,agent,clock,group,value,intent,n,n_valid,n_invalid_harness,n_invalid_agent,n_errored,n_yielded,n_resumed,n_talked_through,n_held,' +
      'interrupt_rate_60ms,interrupt_rate_60ms_lo,interrupt_rate_60ms_hi,interrupt_rate_100ms,interrupt_rate_100ms_lo,interrupt_rate_100ms_hi,' +
      'quiet_rate_60ms,quiet_rate_100ms,n_borderline_60ms,n_borderline_100ms,p50_ms,p50_lo_ms,p50_hi_ms,p95_ms,p95_lo_ms,p95_hi_ms,p99_ms,p99_lo_ms,p99_hi_ms,' +
      'false_yield_rate,false_yield_rate_lo,false_yield_rate_hi,error_bar_ms';
    expect(summaryOf([60, 100]).startsWith(`${promised},`)).toBe(true);
  });

  it('documents every column, in order', () => {
    const header = summaryOf([60]).split('\n')[0].replaceAll('60ms', '<X>ms').split(',');
    expect(documented('summary.csv')).toEqual(header);
  });

  it('begins with all, and leaves what is missing empty', () => {
    const read = rows(summaryOf([60, 100, 250]));
    expect(read[0]).toMatchObject({ group: 'all', value: '', intent: 'interruption|backchannel|noise|control', n: '12', p95_ms: '', p95_more_than_ms: '812.5' });
    const noise = read.find(({ group, value }) => group === 'intent' && value === 'noise');
    expect(noise).toMatchObject({ interrupt_rate_60ms: '', p50_ms: '', false_yield_rate: '1', n_interruptions: '0' });
    const empty = rows(summaryCsv(sampleRun, summarize([], { withinMs: [60], errorBarMs: null })));
    expect(empty).toHaveLength(1);
    expect(empty[0]).toMatchObject({ n: '0', interrupt_rate_60ms: '', false_yield_rate: '', error_bar_ms: '' });
  });
});
