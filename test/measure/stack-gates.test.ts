import { describe, expect, it } from 'vitest';
import { BargeinError } from '../../src/errors.js';
import { judgeStackGate, parseStackGate } from '../../src/measure/stack-gates.js';
import type { StageFigures } from '../../src/types.js';

const stack: readonly StageFigures[] = [
  {
    stage: 'tts', n: 50, errors: 1, pageLimitMs: 350, overLimit: false, revised: null,
    figures: [{ name: 'first_byte', n: 40, nothing: 10, p50Ms: 100, p95Ms: 340, p99Ms: 400 }],
  },
];

const judge = (text: string) => {
  const gate = parseStackGate(text);
  if (gate === null) throw new Error(`${text} is no gate on a stage`);
  const { passed, estimate, reason } = judgeStackGate(gate, stack);
  return { passed, estimate, reason };
};

describe('a gate on a stage', () => {
  it.each([
    ['p95[tts.first_byte] <= 350', true, 340, '340.0 ms <= 350.0 ms'],
    ['p99[tts.first_byte] < 350ms', false, 400, '400.0 ms, not < 350.0 ms'],
    ['errors[tts] <= 2%', true, 0.02, '2.0 % <= 2.0 %'],
    ['nothing[tts] <= 0.1', false, 0.2, '20.0 %, not <= 10.0 %'],
  ])('%s', (text, passed, estimate, reason) => expect(judge(text)).toEqual({ passed, estimate, reason }));

  it.each([
    ['p95[asr.final] <= 300', 'no spans of the stage asr in this trace'],
    ['p95[tts.largest_gap] <= 300', 'no span of tts has largest_gap'],
  ])('%s fails where there is no such figure', (text, reason) => expect(judge(text)).toEqual({ passed: false, estimate: null, reason }));

  it('is told from one on barge-ins', () => {
    for (const text of ['p95 <= 300', 'p95[interruption] <= 300', 'interrupt_rate@100 >= 0.9', 'errored <= 2%']) expect(parseStackGate(text)).toBeNull();
  });

  it.each([
    ['p95[tts.first_bite] <= 350', "did you mean 'first_byte'?"],
    ['p95[tsr.first_byte] <= 350', 'the stages are asr, llm, tts, client, barge_in'],
    ['p95[tts] <= 350', 'write e.g. p95[tts.first_byte]'],
    ['errors[llm.total] <= 2%', "write e.g. 'p95[tts.first_byte] <= 350'"],
    ['errors[llm] <= 20ms', 'errors is a share'],
    ['revised[tts] <= 20%', 'write revised[asr]'],
  ])('%s is refused', (text, hint) => {
    let thrown: unknown = null;
    try {
      parseStackGate(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(BargeinError);
    expect((thrown as BargeinError).hint).toContain(hint);
  });
});
