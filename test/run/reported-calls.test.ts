import { describe, expect, it } from 'vitest';
import { ReportedCalls } from '../../src/run/reported-calls.js';

describe('what a served agent says of its calls', () => {
  it('is known whether it comes before or after it is asked for', async () => {
    const calls = new ReportedCalls();
    calls.read('{"seed":7,"lateMs":0.5,"stalledMs":9}');
    const later = calls.of(8);
    calls.read('{"seed":8,"lateMs":12,"stalledMs":9}');
    expect([await calls.of(7), await later]).toEqual([
      { seed: 7, lateMs: 0.5, stalledMs: 9 },
      { seed: 8, lateMs: 12, stalledMs: 9 },
    ]);
  });

  it('is of the last call with that seed, and told once', async () => {
    const calls = new ReportedCalls();
    calls.read('{"seed":7,"lateMs":1,"stalledMs":9}');
    calls.read('{"seed":7,"lateMs":2,"stalledMs":9}');
    expect(await calls.of(7)).toMatchObject({ lateMs: 2 });
    const next = calls.of(7);
    calls.read('{"seed":7,"lateMs":3,"stalledMs":9}');
    expect(await next).toMatchObject({ lateMs: 3 });
  });

  it('is found among other lines', async () => {
    const calls = new ReportedCalls();
    for (const line of ['', 'serving programmed as twilio on ws://127.0.0.1:1/', '{"seed":"7","lateMs":1,"stalledMs":9}', '{"seed":7', 'null']) calls.read(line);
    const asked = calls.of(7);
    calls.read('{"seed":7,"lateMs":4,"stalledMs":9}');
    expect(await asked).toMatchObject({ lateMs: 4 });
  });
});
