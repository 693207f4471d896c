import { Command } from '@commander-js/extra-typings';
import { createColors } from 'picocolors';
import { defaultCorpusDir } from '../corpus/load.js';
import type { Check } from '../doctor/index.js';
import { BargeinError, exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import { fold } from './fold.js';
import { resolveAgent } from './named-agent.js';
import { readSettings } from './settings.js';
import type { Flagged } from './settings.js';
import type { Terminal } from './terminal.js';
import { pairs, typedOptions } from './values.js';

const notes = `
Ends with code 1 where something is amiss that keeps a run from being made or
trusted. An agent is sent nothing: a socket is only connected to, a command is
only looked up; a module is loaded.

Examples:
  bargein doctor
  bargein doctor --agent twilio:ws://127.0.0.1:8765/twilio
  bargein doctor --json`;

export function declareDoctor() {
  return new Command('doctor')
    .summary('look at everything that a run needs')
    .description('Look at everything that a run needs: Node, the machine and its timers, the corpus, the agent, the folder of results, the measurement itself. Each line says what was seen, and what to do about it.')
    .option('--agent <name>', 'the agent, with a preset after a colon (`bargein agents` lists them)', 'reference:after')
    .option('--agent-option <name=value>', 'an option of the agent, e.g. vad.threshold=0.5 (repeatable)', pairs('--agent-option', 'vad.threshold=0.5'))
    .option('--corpus <dir>', 'folder with manifest.json and clips (default: the one that comes along)')
    .option('--output <dir>', 'folder for the results (default: results)')
    .option('--config <file>', 'settings for the flags not given (default: bargein.config.ts, .mts, .js, .mjs or .json, where there is one)')
    .option('--no-config', 'no such file')
    .option('--json', 'print one JSON document instead of the lines')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', notes);
}

export type DoctorFlags = ReturnType<ReturnType<typeof declareDoctor>['opts']>;

/** `bargein doctor`: a line as soon as it is known. */
export async function doctor(command: Flagged<DoctorFlags>, terminal: Terminal): Promise<ExitCode> {
  const { json } = command.opts();
  const checks: Check[] = [];
  const note = (check: Check) => {
    checks.push(check);
    if (!json) terminal.out(describeCheck(check, terminal));
  };
  const [flags, configured] = await settingsOf(command, terminal);
  note(configured);
  const { examine } = await import('../doctor/index.js');
  const patient = {
    agent: flags.agent,
    agentOptions: typedOptions(flags.agentOption ?? {}),
    corpusDir: flags.corpus ?? defaultCorpusDir,
    resultsDir: flags.output ?? 'results',
    env: terminal.env,
    signal: terminal.signal,
  };
  for await (const check of examine(patient)) note(check);
  const failed = checks.filter(({ status }) => status === 'fail').length;
  if (json) {
    const { stableJson } = await import('../report/run-json.js');
    terminal.out(stableJson({ ok: failed === 0, checks: checks.map((check) => ({ remedy: null, ...check })) }));
  } else {
    terminal.out(`\n${verdict(failed, checks.filter(({ status }) => status === 'warn').length)}\n`);
  }
  if (terminal.signal.aborted) return exitCode.interrupted;
  return failed > 0 ? exitCode.gateFailed : exitCode.ok;
}

/** Settings as a run has them; what is wrong with a variable or the file is a finding, and the flags alone count then. */
async function settingsOf(command: Flagged<DoctorFlags>, terminal: Terminal): Promise<readonly [DoctorFlags, Check]> {
  // --json is about this call: a file that sets it means runs.
  const settable = { options: command.options.filter((option) => option.attributeName() !== 'json'), opts: () => command.opts(), getOptionValueSource: command.getOptionValueSource.bind(command), setOptionValueWithSource: command.setOptionValueWithSource.bind(command) };
  try {
    const { flags, file } = resolveAgent(await readSettings(settable, terminal));
    return [flags, { name: 'settings', status: 'ok', seen: file === null ? 'no configuration file: the defaults hold' : `${file.path} can be read` }];
  } catch (thrown) {
    if (!(thrown instanceof BargeinError)) throw thrown;
    return [command.opts(), { name: 'settings', status: 'fail', seen: thrown.message, remedy: thrown.hint }];
  }
}

/** `ok    timers       deadlines 0.01 ms late ...`, the remedy below. */
export function describeCheck(check: Check, { columns, colour }: Pick<Terminal, 'columns' | 'colour'>): string {
  const { green, yellow, red } = createColors(colour);
  const paint = { ok: green, warn: yellow, fail: red }[check.status];
  const lead = `${check.status.padEnd(5)} ${check.name.padEnd(12)} `;
  const lines = fold(check.seen, columns - lead.length);
  const remedy = check.status === 'ok' ? [] : fold(check.remedy, columns - lead.length - 'try: '.length).map((line, i) => `${i === 0 ? 'try: ' : '     '}${line}`);
  const indent = ' '.repeat(lead.length);
  return [...lines, ...remedy].map((line, i) => (i === 0 ? `${paint(check.status)}${lead.slice(check.status.length)}${line}\n` : `${indent}${line}\n`)).join('');
}

function verdict(failed: number, warned: number): string {
  const warnings = warned === 0 ? '' : `${warned} ${warned === 1 ? 'warning' : 'warnings'}`;
  if (failed > 0) return `${failed} to mend${warnings && `, ${warnings}`}`;
  return warnings === '' ? 'All well.' : `Runs can be made; ${warnings}.`;
}
