import { beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/commands/program.js';
import { defaultCalibration } from '../../src/calibration/index.js';
import { exitCode } from '../../src/errors.js';
import { FakeBackend, FakeTerminal } from './fake.js';

let terminal: FakeTerminal;
let backend: FakeBackend;

beforeEach(() => {
  terminal = new FakeTerminal();
  backend = new FakeBackend();
});

const call = (...words: string[]) => runProgram(['calibrate', ...words], terminal, backend.load);

describe('bargein calibrate', () => {
  it('has the defaults of the calibration', async () => {
    expect(await call()).toBe(exitCode.ok);
    const { attempts, controls, seed, concurrency } = defaultCalibration;
    expect(backend.calibrations[0]).toMatchObject({ clock: 'virtual', attempts, controls, seed, concurrency });
  });

  it('takes its flags', async () => {
    expect(await call('--clock', 'realtime', '--attempts', '20', '--controls', '0', '--seed', '3', '--concurrency', '2', '--corpus', 'mine')).toBe(exitCode.ok);
    expect(backend.calibrations[0]).toMatchObject({ clock: 'realtime', attempts: 20, controls: 0, fades: 2, seed: 3, concurrency: 2, corpusDir: 'mine' });
    expect(await call('--attempts', '0')).toBe(exitCode.usage);
    expect(terminal.stderr).toContain('--attempts 0 is out of range');
  });

  it('prints a table', async () => {
    expect(await call('--quiet')).toBe(exitCode.ok);
    expect(terminal.stdout).toBe(
      [
        'Measured minus true stop on the virtual clock (p95, p99 and max: absolute error)',
        '',
        'case           n  median ms  p95 ms  p99 ms  max ms  missed',
        '16 kHz, paced  4      0.010   0.500   0.900   0.750       0',
        'all but fades  4      0.010   0.500   0.700   0.750       0',
        '',
        'false yields on controls: 0 of 3',
        'goals: p95 1 ms, p99 2 ms, max 2 ms, fades 5 ms, no false yield: met',
        '',
      ].join('\n'),
    );
    expect(terminal.stderr).toBe('');
  });

  it('prints the promised JSON, null where nothing was measured', async () => {
    backend.report = { ...backend.report, summary: { ...backend.report.summary, n: 0, medianMs: null, p95Ms: null, maxMs: null } };
    expect(await call('--json', '--quiet')).toBe(exitCode.ok);
    expect(JSON.parse(terminal.stdout)).toEqual({ n: 0, median_ms: null, p95_ms: null, p99_ms: 0.7, max_ms: null, controls: 3, false_yields: 0, missed: 0, late: 0, unknown: 0 });
  });

  it('ends with 3 where it misses its goals, and says which', async () => {
    backend.report = { ...backend.report, passed: false, failures: ['p95 of the error is 1.20 ms, above 1 ms', '2 stops were not reported'] };
    expect(await call('--quiet')).toBe(exitCode.untrusted);
    expect(terminal.stdout).toContain('no false yield: missed');
    expect(terminal.stderr).toBe('calibration missed its goal: p95 of the error is 1.20 ms, above 1 ms\ncalibration missed its goal: 2 stops were not reported\n');
  });

  it('ends with 130 after Ctrl-C', async () => {
    terminal.controller.abort();
    expect(await call('--quiet')).toBe(exitCode.interrupted);
    expect(terminal.stderr).toContain('interrupted');
  });
});
