import { describe, expect, it } from 'vitest';
import { ReportedCalls } from '../../src/run/reported-calls.js';

describe('what a served agent says of its calls', () => {
  it('is known whether it comes before or after it is asked for', async () => {
    const calls = new ReportedCalls();
    calls.read('{"seed":7,"lateMs":0.5}');
    const later = calls.latenessOf(8);
    calls.read('{"seed":8,"lateMs":12}');
    expect([await calls.latenessOf(7), await later]).toEqual([0.5, 12]);
  });

  it('is of the last call with that seed, and told once', async () => {
    const calls = new ReportedCalls();
    calls.read('{"seed":7,"lateMs":1}');
    calls.read('{"seed":7,"lateMs":2}');
    expect(await calls.latenessOf(7)).toBe(2);
    const next = calls.latenessOf(7);
    calls.read('{"seed":7,"lateMs":3}');
    expect(await next).toBe(3);
  });

  it('is found among other lines', async () => {
    const calls = new ReportedCalls();
    for (const line of ['', 'serving programmed as twilio on ws://127.0.0.1:1/', '{"seed":"7","lateMs":1}', '{"seed":7', 'null']) calls.read(line);
    const asked = calls.latenessOf(7);
    calls.read('{"seed":7,"lateMs":4}');
    expect(await asked).toBe(4);
  });
});
