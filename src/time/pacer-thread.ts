import { workerData } from 'node:worker_threads';
import { endOfPacer, noDeadline, pacerMemory, reportCount, setCount } from './pacer-memory.js';
import type { PacerMemory } from './pacer-memory.js';
import { beServedFirst } from './priority.js';
import { SleepLead } from './sleep-lead.js';

if (workerData instanceof SharedArrayBuffer) {
  beServedFirst();
  pace(pacerMemory(workerData));
}

/** Sleeps until shortly before each deadline that is set, spins the rest, reports it; until it is told to end. */
function pace({ due, counts }: PacerMemory): void {
  const lead = new SleepLead();
  /** The setting whose deadline has been reported; null: none yet. */
  let reported: number | null = null;
  for (;;) {
    const set = Atomics.load(counts, setCount);
    const dueNs = Atomics.load(due, 0);
    if (dueNs === endOfPacer) return;
    if (dueNs === noDeadline || set === reported) {
      Atomics.wait(counts, setCount, set);
      continue;
    }
    const sleepMs = Number(dueNs - process.hrtime.bigint()) / 1e6 - lead.ms;
    if (sleepMs > 0) {
      const endNs = process.hrtime.bigint() + BigInt(Math.round(sleepMs * 1e6));
      if (Atomics.wait(counts, setCount, set, sleepMs) === 'timed-out') lead.learn(Number(process.hrtime.bigint() - endNs) / 1e6);
      continue;
    }
    while (process.hrtime.bigint() < dueNs && Atomics.load(counts, setCount) === set);
    if (Atomics.load(counts, setCount) !== set) continue;
    reported = set;
    Atomics.add(counts, reportCount, 1);
    Atomics.notify(counts, reportCount);
  }
}
