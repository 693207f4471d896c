import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { committedDraw, drawFromCsv, drawnFromPath, drawPath, drawToCsv, hashDraw } from '../../src/corpus/draw-file.js';
import type { DrawnAttempt } from '../../src/corpus/draw.js';
import { BargeinError } from '../../src/errors.js';
import { syntheticCorpus } from './synthetic-corpus.js';

const corpus = syntheticCorpus([
  { id: 'hello', role: 'agent', speechMs: [[100, 9000]], fileMs: 9200 },
  { id: 'wait', role: 'interruption', speechMs: [[50, 500]], fileMs: 600 },
  { id: 'hum', role: 'noise', speechMs: [[0, 900]], fileMs: 900 },
]);

const rows: DrawnAttempt[] = [
  { attemptId: 'f0000', agentClip: 'hello', userClip: 'wait', intent: 'interruption', persona: 'soft', condition: 'clean', offsetBand: 'two-words', offsetMs: 512.3, gainDb: -18, bedClip: null, bedSnrDb: null, seed: 7 },
  { attemptId: 'f0001', agentClip: 'hello', userClip: 'wait', intent: 'interruption', persona: 'tv-line', condition: 'clean', offsetBand: 'middle', offsetMs: 2000, gainDb: 0, bedClip: 'hum', bedSnrDb: 12, seed: 8 },
  { attemptId: 'f0002', agentClip: 'hello', userClip: null, intent: 'control', persona: 'none', condition: 'clean', offsetBand: 'late', offsetMs: 6000.1, gainDb: 0, bedClip: null, bedSnrDb: null, seed: 4294967295 },
];
const text = drawToCsv(rows);

describe('a draw file', () => {
  it('has this form', () => {
    expect(text).toBe(
      [
        'attempt_id,agent_clip,user_clip,intent,persona,condition,offset_band,offset_ms,gain_db,bed_clip,bed_snr_db,seed',
        'f0000,hello,wait,interruption,soft,clean,two-words,512.3,-18,,,7',
        'f0001,hello,wait,interruption,tv-line,clean,middle,2000,0,hum,12,8',
        'f0002,hello,,control,none,clean,late,6000.1,0,,,4294967295',
        '',
      ].join('\n'),
    );
  });

  it('reads back as what was written, in any order of columns', () => {
    expect(drawFromCsv(text, 'draw.csv', corpus)).toEqual(rows);
    const backwards = text.split('\n').map((line) => line.split(',').reverse().join(',')).join('\n');
    expect(drawFromCsv(backwards, 'draw.csv', corpus)).toEqual(rows);
  });

  it('hashes by content', () => {
    expect(hashDraw(rows)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashDraw([...rows])).toBe(hashDraw(rows));
    expect(hashDraw([rows[1], rows[0], rows[2]])).not.toBe(hashDraw(rows));
  });

  const change = (from: string | RegExp, to: string) => text.replace(from, to);
  it.each([
    ['an unknown column', change('seed', 'sead'), /draw\.csv:1: unknown column 'sead'/],
    ['a missing column', text.split('\n').map((line) => line.replace(/,[^,]*$/, '')).join('\n'), /draw\.csv:1: the column 'seed' is missing/],
    ['a column twice', change('bed_snr_db', 'bed_clip'), /'bed_snr_db' is missing/],
    ['an unknown clip', change('hello,wait', 'helo,wait'), /draw\.csv:2: the clip 'helo' is not in the corpus/],
    ['a clip of another role', change('hello,wait', 'hello,hum'), /draw\.csv:2: user_clip 'hum' has the role noise, not interruption/],
    ['an offset beyond the clip', change('2000', '8950'), /draw\.csv:3: offset_ms 8950 is beyond the 8900 ms of speech of 'hello'/],
    ['a negative offset', change('2000', '-1'), /offset_ms -1 is beyond/],
    ['an offset that is no number', change('2000', '2s'), /draw\.csv:3: offset_ms '2s' is not a number/],
    ['an unknown persona', change('soft', 'loud'), /persona 'loud' is not known/],
    ['an id twice', change('f0001', 'f0000'), /draw\.csv:3: attempt_id 'f0000' is a duplicate of draw\.csv:2/],
    ['an attempt twice', `${text}${text.split('\n')[1].replace('f0000', 'f0009')}\n`, /draw\.csv:5: attempt 'f0009' is a duplicate of draw\.csv:2/],
    ['a control with a clip', change('hello,,control', 'hello,wait,control'), /draw\.csv:4: a control has no user_clip/],
    ['an interruption without one', change('hello,wait', 'hello,'), /draw\.csv:2: user_clip is empty/],
    ['a bed without SNR', change('hum,12', 'hum,'), /bed_clip and bed_snr_db go together/],
    ['a short line', change(',4294967295', ''), /draw\.csv is not valid CSV/],
    ['no line', text.split('\n')[0], /draw\.csv holds no attempt/],
  ])('says what is wrong with %s', (_, broken, message) => {
    const read = () => drawFromCsv(broken, 'draw.csv', corpus);
    expect(read).toThrow(BargeinError);
    expect(read).toThrow(message);
  });
});

describe('the draw committed beside the clips', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bargein-draw-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const here = { ...corpus, dir } as typeof corpus;

  it('is used for the state of the corpus it was drawn from, and for no other', () => {
    expect(committedDraw(here, 'quick')).toBeNull();
    mkdirSync(join(dir, 'draws'));
    writeFileSync(drawPath(dir, 'quick'), text);
    writeFileSync(drawnFromPath(dir), JSON.stringify({ corpusHash: here.hash, seed: 1 }));
    expect(committedDraw(here, 'quick')).toEqual(rows);
    expect(committedDraw(here, 'full')).toBeNull();
    writeFileSync(drawnFromPath(dir), JSON.stringify({ corpusHash: 'another', seed: 1 }));
    expect(committedDraw(here, 'quick')).toBeNull();
    writeFileSync(drawnFromPath(dir), '{');
    expect(() => committedDraw(here, 'quick')).toThrow(/drawn-from\.json is not JSON/);
  });
});
