import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeWav, encodeWav } from '../../src/audio/wav.js';
import { loadBackend } from '../../src/commands/backend.js';
import type { Backend } from '../../src/commands/backend.js';
import { runProgram } from '../../src/commands/program.js';
import { FakeTerminal } from '../commands/fake.js';
import { callFault } from './check.js';

/** How much of what a page asks for is done. */
const fewAttempts = 8;

/** The real program on a part of the work: fewer attempts, a shorter calibration, one thread, one clock. */
async function loadLittle(): Promise<Backend> {
  const backend = await loadBackend();
  return {
    ...backend,
    runBenchmark: (config, hooks) => backend.runBenchmark({ ...config, calibrationAttempts: 32, agreementAttempts: 0 }, hooks),
    calibrate: (options) => backend.calibrate({ ...options, attempts: 16, controls: 8, fades: 2 }),
  };
}

/** A caller left, who says "stop" after two seconds, and an agent right, who is quiet 300 ms later. */
function recordedCall(): Uint8Array {
  const samplesOf = (clip: string) => decodeWav(readFileSync(join('corpus', 'clips', clip)), clip).channels[0];
  const [caller, agent] = [new Int16Array(16_000 * 6), new Int16Array(16_000 * 6)];
  agent.set(samplesOf('agent-en-platform.wav').subarray(0, 16_000 * 2.4));
  caller.set(samplesOf('int-stop-kal16.wav').subarray(0, 16_000 * 2), 16_000 * 2);
  return encodeWav([caller, agent], 16_000);
}

/** The folder of a reader who has cloned the repository and has a recording or two: commands run there leave nothing outside it. */
export function readersFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bargein-reader-'));
  cpSync('corpus', join(folder, 'corpus'), { recursive: true });
  mkdirSync(join(folder, 'docs'));
  cpSync('docs/examples', join(folder, 'docs', 'examples'), { recursive: true });
  cpSync('docs/examples/my-agent.ts', join(folder, 'my-agent.ts'));
  for (const name of ['agent.js', 'agent.py', 'my_agent.py']) writeFileSync(join(folder, name), '');
  cpSync('corpus/clips/int-stop-kal16.wav', join(folder, 'wait.wav'));
  writeFileSync(join(folder, 'call.wav'), recordedCall());
  return folder;
}

/** Commands that end by themselves and touch nothing but the reader's folder. */
const runnable = ['agents', 'calibrate', 'compare', 'measure', 'merge', 'plan', 'run', 'score', 'sweep'];

function isRunnable(words: readonly string[]): boolean {
  const [command, sub] = words;
  if (command === undefined || command.startsWith('-')) return true;
  if (command === 'corpus') return sub !== 'add' || (words.includes('--corpus') && words.includes('--yes'));
  // Behind a wire there is nobody, and real time takes its time.
  const away = words.some((word) => /^[a-z-]+:(wss?:|node |python )/.test(word)) || words.includes('realtime') || words.includes('--monitor');
  // Folders behind a pattern come from other machines, and those of a root are not the reader's.
  return runnable.includes(command) && !away && !words.some((word) => word.includes('*') || word.startsWith('/'));
}

/** Serves until it says so, then hangs up. */
async function serveAndStop(words: readonly string[], terminal: FakeTerminal): Promise<number> {
  const { out } = terminal;
  terminal.out = (text) => {
    out(text);
    terminal.controller.abort();
  };
  const anyPort = words.map((word, i) => (words[i - 1] === '--port' ? '0' : word));
  return runProgram(anyPort, terminal, loadLittle);
}

/**
 * Does what the words say, in the working directory, on a part of the work; what cannot be done here is looked at as `callFault` does.
 * @returns what went wrong; null where nothing did. A gate that fails on so few attempts, and a run too small to be trusted, are no faults.
 */
export async function doCall(words: readonly string[]): Promise<string | null> {
  const terminal = new FakeTerminal();
  terminal.env = { BARGEIN_LIMIT: String(fewAttempts), BARGEIN_JOBS: '0' };
  if (words[0] === 'serve') return outcomeOf(await serveAndStop(words, terminal), terminal);
  if (!isRunnable(words)) return callFault(words);
  return outcomeOf(await runProgram(words, terminal, loadLittle), terminal);
}

function outcomeOf(code: number, { stderr, stdout }: FakeTerminal): string | null {
  if ([0, 1, 3, 130].includes(code) && stdout !== '') return null;
  return `ended with ${code}: ${stderr.trim()}`;
}
