import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defaultCorpusDir } from '../corpus/load.js';
import type { AttemptResult } from '../types.js';
import type { LoadBackend } from './backend.js';
import { makeProgressView } from './progress.js';
import { resolveRun } from './run-config.js';
import { declareRun } from './run-options.js';
import type { Terminal } from './terminal.js';

export const demoFolder = join('results', 'demo');

/** Someone who interrupts, and someone who only says that they listen. */
const words = ['--agent', 'reference:after', '--filter', 'intent=interruption,backchannel', '--limit', '2', '--no-clock-check', '--jobs', '0'];

/** Two attempts are no measurement: what counts is that they are over at once. */
const fewCalibrationAttempts = 6;

/** Replays two attempts on the virtual clock, whatever the configuration says. */
export async function replayDemo(folder: string, terminal: Pick<Terminal, 'err' | 'errScreen' | 'signal'>, loadBackend: LoadBackend): Promise<readonly AttemptResult[]> {
  const backend = await loadBackend();
  const flags = declareRun().parse([...words, '--output', folder], { from: 'user' }).opts();
  const whole = resolveRun(flags, { agent: await backend.makeAgent(flags.agent), env: {}, cores: 1, defaultCorpusDir, exists: existsSync });
  const config = { ...whole, calibrationAttempts: fewCalibrationAttempts };
  const view = makeProgressView(terminal, terminal.errScreen === null);
  await backend.runBenchmark(config, { signal: terminal.signal, progress: (progress) => view.show(progress) }).finally(() => view.end());
  const { loadResults } = await import('../report/results.js');
  return loadResults(folder).results;
}
