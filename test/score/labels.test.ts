import { describe, expect, it } from 'vitest';
import { callNames } from '../../src/score/call-names.js';
import { labelsByFile, matchLabels, parseLabels } from '../../src/score/labels.js';

describe('a labels file', () => {
  it('is read by its column names, whatever else it holds', () => {
    const text = '\ufefftime_s, note,file,intent\r\n12.5,x,calls/a.wav,interruption\r\n3,,b.wav,\r\n';
    expect(parseLabels(text, 'l.csv')).toEqual([
      { file: 'calls/a.wav', atMs: 12_500, intent: 'interruption' },
      { file: 'b.wav', atMs: 3000, intent: null },
    ]);
  });

  it.each([
    ['file,time_s\na.wav,1\n', /no column 'intent'/],
    ['file,time_s,intent\n', /holds no label/],
    ['', /holds no label/],
    ['file,time_s,intent\na.wav,1:20,noise\n', /row 1: time_s '1:20' is no time in seconds/],
    ['file,time_s,intent\na.wav,1,noise\na.wav,2,nois\n', /row 2: intent 'nois' is not known/],
    ['file,time_s,intent\n,1,noise\n', /row 1: the file is empty/],
    ['file,time_s,intent\n"a,1\n', /l\.csv: /],
    ['\ufefffile;time_s;intent\r\na.wav;12,5;noise\r\n', /seems to be separated by semicolons; commas are needed/],
    ['file\ttime_s\tintent\na.wav\t12.5\tnoise\n', /seems to be separated by tabs/],
  ])('%j is refused with its row and reason', (text, reason) => {
    expect(() => parseLabels(text, 'l.csv')).toThrow(reason);
  });

  it('says how to mend another separator', () => {
    expect(() => parseLabels('file;time_s;intent\n', 'l.csv')).toThrow(expect.objectContaining({ hint: expect.stringMatching(/CSV with commas.*decimal point/) }));
  });

  const label = (file: string, atMs = 0) => ({ file, atMs, intent: null });

  it('names recordings by path, or by name where that is clear', () => {
    const { byFile, ofOtherFiles } = labelsByFile([label('x/a.wav'), label('b.wav'), label('c.wav')], ['x/a.wav', 'y/b.wav']);
    expect([byFile.get('x/a.wav')?.length, byFile.get('y/b.wav')?.length, ofOtherFiles]).toEqual([1, 1, 1]);
    expect(() => labelsByFile([label('a.wav')], ['x/a.wav', 'y/a.wav'])).toThrow(/may mean x\/a.wav or y\/a.wav/);
  });

  it('gives each onset to the nearest label within half a second', () => {
    const labels = [label('a', 1000), label('a', 1300), label('a', 9000)];
    expect(matchLabels(labels, [1290, 700])).toEqual([1, 0, null]);
    expect(matchLabels(labels, [1501])).toEqual([null, 0, null]);
    expect(matchLabels(labels, [1801])).toEqual([null, null, null]);
  });
});

it('calls of one name in several folders are told apart', () => {
  expect(callNames(['d1/call.wav', 'd2/call.wav', 'd3/call.flac', 'd1/call~2.wav', 'other.wav'])).toEqual(['call', 'call~2', 'call~3', 'call~2~2', 'other']);
});
