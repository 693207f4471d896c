import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HrtimeClock, randomFrom, StallMonitor } from '../../src/time/index.js';
import { Pacer } from '../../src/time/pacer.js';
import { PollingWaker } from '../../src/time/polling-waker.js';
import { longestSpinMs, SleepLead } from '../../src/time/sleep-lead.js';
import type { Waker } from '../../src/time/waker.js';

const wakers: readonly [string, () => Waker][] = [
  ['a pacer', () => new Pacer()],
  ['polling', () => new PollingWaker()],
];

describe.each(wakers)('a clock woken by %s', (_, makeWaker) => {
  let clock: HrtimeClock;
  beforeEach(() => {
    clock = new HrtimeClock(makeWaker());
  });
  afterEach(() => clock.close());

  /** Resolves once the clock has come to a time. */
  const until = (dueMs: number) => new Promise<void>((resolve) => clock.at(dueMs, resolve));

  it('serves every one of 200 deadlines, in order, none early', async () => {
    const random = randomFrom(7);
    const startMs = clock.now() + 5;
    const due = Array.from({ length: 200 }, () => startMs + random() * 60);
    const seen: [number, number][] = [];
    await Promise.all(due.map((dueMs) => new Promise<void>((resolve) => clock.at(dueMs, () => (seen.push([dueMs, clock.now()]), resolve())))));
    expect(seen.map(([dueMs]) => dueMs)).toEqual([...due].sort((a, b) => a - b));
    expect(seen.filter(([dueMs, atMs]) => atMs < dueMs)).toEqual([]);
  });

  it('serves deadlines that have passed, that are set by others, and that come before the one it waits for', async () => {
    const seen: string[] = [];
    const startMs = clock.now();
    const later = until(startMs + 12).then(() => seen.push('later'));
    clock.at(startMs + 4, () => {
      seen.push('first');
      clock.at(startMs - 100, () => void seen.push('passed'));
      clock.at(startMs + 5, () => void seen.push('next'));
    });
    await later;
    expect(seen).toEqual(['first', 'passed', 'next', 'later']);
  });

  it('serves no deadline that has been taken back, and those after it', async () => {
    const seen: string[] = [];
    const startMs = clock.now();
    clock.at(startMs + 2, () => void seen.push('taken back'))();
    clock.at(startMs + 3, () => void seen.push('kept'));
    const second = clock.at(startMs + 4, () => void seen.push('taken back by the one before'));
    clock.at(startMs + 3.5, second);
    await until(startMs + 6);
    expect(seen).toEqual(['kept']);
  });

  it('goes on after an event has thrown', async () => {
    const thrown: unknown[] = [];
    clock.onError = (error) => thrown.push(error);
    const startMs = clock.now();
    clock.at(startMs + 1, () => {
      throw new Error('at once');
    });
    clock.at(startMs + 1, () => Promise.reject(new Error('later')));
    await until(startMs + 3);
    expect(thrown.map(String)).toEqual(['Error: at once', 'Error: later']);
  });

  it('lets what is ready run between deadlines that fall due one after another', async () => {
    let ready = 0;
    let rounds = 0;
    setImmediate(() => ready++);
    await new Promise<void>((resolve) => {
      const next = () => {
        if (ready > 0 || rounds++ > 10_000) resolve();
        else clock.at(clock.now(), next);
      };
      next();
    });
    expect(ready).toBe(1);
  });

  it('runs nothing once it is closed', async () => {
    const seen: string[] = [];
    clock.at(clock.now() + 1, () => void seen.push('must not run'));
    await clock.close();
    const other = new HrtimeClock();
    await new Promise<void>((resolve) => other.at(other.now() + 5, resolve));
    expect(seen).toEqual([]);
  });

  it('is heard by a monitor whose beats are counted', async () => {
    const stalls = new StallMonitor(clock);
    await until(clock.now() + 30);
    stalls.stop();
    const { count } = stalls.beats;
    await until(clock.now() + 5);
    expect(count).toBeGreaterThan(0);
    expect(stalls.beats.count).toBe(count);
    expect(stalls.beats.figures()?.p50Ms).toBeGreaterThan(0);
  });
});

describe('a pacer', () => {
  it('ends its thread', async () => {
    const pacer = new Pacer();
    await pacer.close();
    // A second time, and a deadline afterwards, change nothing.
    pacer.wakeAt(process.hrtime.bigint());
    await pacer.close();
  });

  it('shares its clock with the threads it wakes', async () => {
    const before = process.hrtime.bigint();
    const worker = new Worker("require('node:worker_threads').parentPort.postMessage(process.hrtime.bigint())", { eval: true });
    const there = await new Promise<bigint>((resolve) => worker.once('message', resolve));
    await worker.terminate();
    expect(there > before && there < process.hrtime.bigint()).toBe(true);
  });
});

describe('the time a sleep is to end before its deadline', () => {
  it('comes to what nineteen of twenty sleeps are late by', () => {
    const lead = new SleepLead();
    const random = randomFrom(2);
    for (let i = 0; i < 20_000; i++) lead.learn(0.1 * random());
    expect(lead.ms).toBeGreaterThan(0.06);
    expect(lead.ms).toBeLessThan(0.13);
  });

  it('is never more than may be spun, however late they are', () => {
    const lead = new SleepLead();
    for (let i = 0; i < 1000; i++) lead.learn(20);
    expect(lead.ms).toBe(longestSpinMs);
  });
});
