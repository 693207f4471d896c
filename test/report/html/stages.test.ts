import { describe, expect, it } from 'vitest';
import { stageTimes } from '../../../src/report/html/stages.js';

describe('stageTimes', () => {
  it('takes the stop latency apart', () => {
    expect(stageTimes({ detectMs: 35, cancelMs: 60, stopLatencyMs: 83 })).toEqual({ detectMs: 35, decideMs: 25, drainMs: 23, totalMs: 83 });
  });
  it('leaves open what was not told', () => {
    expect(stageTimes({ detectMs: null, cancelMs: 60, stopLatencyMs: 83 })).toEqual({ detectMs: null, decideMs: null, drainMs: 23, totalMs: 83 });
    expect(stageTimes({ detectMs: 35, cancelMs: null, stopLatencyMs: 83 })).toEqual({ detectMs: 35, decideMs: null, drainMs: null, totalMs: 83 });
  });
  it('says nothing where nothing stopped', () => expect(stageTimes({ detectMs: 35, cancelMs: 60, stopLatencyMs: null })).toBeNull());
});
