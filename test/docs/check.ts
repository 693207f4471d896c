import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import ts from 'typescript';
import { vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { makeAgent } from '../../src/agents/index.js';
import type { Backend } from '../../src/commands/backend.js';
import { runProgram } from '../../src/commands/program.js';
import { defaultCorpusDir, loadCorpus } from '../../src/corpus/load.js';
import { parseGate } from '../../src/measure/gates.js';
import { parseStackGate } from '../../src/measure/stack-gates.js';
import { standardsOf } from '../../src/run/judge.js';
import { prepareRun } from '../../src/run/prepare.js';
import type { RunConfig } from '../../src/types.js';
import { FakeBackend, FakeTerminal } from '../commands/fake.js';
import { callOf, commandsIn } from './shell.js';

/** Read once: no call of a page writes to it. */
const defaultCorpus = loadCorpus(defaultCorpusDir);

/** Looks at a run as `--dry-run` does, without timing this machine. A baseline is one that a reader has kept. */
async function prepareOnly(config: RunConfig) {
  const loaded = config.corpusDir === defaultCorpusDir ? await defaultCorpus : undefined;
  const run = await prepareRun({ ...config, baseline: null }, loaded);
  await standardsOf(run);
  return { attempts: run.plan.attempts.length, warmUps: 0, wallMs: 0, audioMinutes: 0, downlinkMinutes: 0, leftOut: [] };
}

const loadPreparing = async (): Promise<Backend> => ({ ...(await new FakeBackend().load()), makeAgent, planRun: prepareOnly });

/** A folder such as the pages assume one, for commands that are looked at and not run. */
function readersFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bargein-reader-'));
  cpSync('docs/examples/my-agent.ts', join(folder, 'my-agent.ts'));
  for (const name of ['agent.js', 'agent.py', 'my_agent.py']) writeFileSync(join(folder, name), '');
  return folder;
}

/** What the program says to these words without doing it, where it would say no: null where it takes them. */
async function refusalOf(words: readonly string[]): Promise<string | null> {
  const terminal = new FakeTerminal();
  const code = await runProgram(words, terminal, loadPreparing);
  return code === 0 ? null : terminal.stderr.trim();
}

/** Flags, arguments and their values: every command is declared as ever, and does nothing. */
async function syntaxFault(words: readonly string[]): Promise<string | null> {
  const { action } = Command.prototype;
  const silenced = vi.spyOn(Command.prototype, 'action').mockImplementation(function (this: Command) {
    return action.call(this, () => {}) as Command;
  });
  try {
    return await refusalOf(words);
  } finally {
    silenced.mockRestore();
  }
}

/**
 * What is wrong with a call of the program; null where nothing is. Of a run, everything is looked at that is before its first attempt: agent, options,
 * gates against the draw. Of other commands, flags, arguments and gates.
 */
export async function callFault(words: readonly string[]): Promise<string | null> {
  const fault = await syntaxFault(words);
  if (fault !== null) return fault;
  try {
    for (const [i, word] of words.entries()) if (word === '--gate' && (words[0] !== 'trace' || parseStackGate(words[i + 1]) === null)) parseGate(words[i + 1], [60, 100, 250]);
  } catch (thrown) {
    return String(thrown);
  }
  // A corpus that the block itself has made is not there: session.test.ts follows such a block for real.
  if (words[0] !== 'run' || words.includes('--corpus')) return null;
  const root = process.cwd();
  process.chdir(readersFolder());
  try {
    return await refusalOf([...words, '--dry-run']);
  } finally {
    process.chdir(root);
  }
}

/** What is wrong with the commands of a shell text; programs of others are wrong unless their not being run is marked. */
export async function shellFaults(text: string, marked: boolean): Promise<string[]> {
  const faults: string[] = [];
  for (const command of commandsIn(text)) {
    const call = callOf(command);
    const shown = command.join(' ');
    switch (call.kind) {
      case 'bargein': {
        const fault = await callFault(call.words);
        if (fault !== null) faults.push(`${shown}: ${fault}`);
        break;
      }
      case 'foreign':
        if (!marked) faults.push(`${shown}: no test runs '${call.program}'; put <!-- not run: REASON --> in the line before the block, and the reason into the list of test/docs/examples.test.ts`);
        break;
      case 'known':
        break;
    }
  }
  return faults;
}

/** Shell texts in a workflow, a pipeline or a Job: what stands under `run`, `script` and `args`. */
export function shellTextsIn(yaml: string): string[] {
  const texts: string[] = [];
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      // An expression of GitHub's is put in before the shell sees it.
      if (['run', 'script', 'args'].includes(key)) texts.push(value.replace(/\$\{\{[^}]*\}\}/g, '1'));
    } else if (Array.isArray(value)) value.forEach((item) => visit(item, key));
    else if (typeof value === 'object' && value !== null) Object.entries(value).forEach(([name, item]) => visit(item, name));
  };
  for (const document of parseAllDocuments(yaml)) {
    if (document.errors.length > 0) throw document.errors[0];
    visit(document.toJS(), '');
  }
  return texts;
}

interface Workflow {
  readonly on?: unknown;
  readonly jobs?: Readonly<Record<string, { readonly needs?: string | string[]; readonly 'runs-on'?: string; readonly steps?: readonly Record<string, unknown>[] }>>;
}

/** What GitHub would refuse in a workflow; nothing for YAML that is none. */
export function workflowFaults(yaml: string): string[] {
  const { on, jobs } = (parseAllDocuments(yaml)[0]?.toJS() ?? {}) as Workflow;
  if (!jobs) return [];
  const faults = on === undefined ? ['a workflow says when it runs: `on`'] : [];
  for (const [name, job] of Object.entries(jobs)) {
    if (!job['runs-on']) faults.push(`job ${name} has no runs-on`);
    for (const needed of [job.needs ?? []].flat()) if (!Object.hasOwn(jobs, needed)) faults.push(`job ${name} needs a job ${needed} that is not there`);
    for (const [i, step] of (job.steps ?? []).entries()) if (('uses' in step) === ('run' in step)) faults.push(`step ${i + 1} of job ${name} needs one of 'uses' and 'run'`);
  }
  return faults;
}

const configKeys = ['agent', 'agents', 'profile', 'gates', 'reports', 'sweeps', 'agentOptions'];

/** Whether this is meant as a configuration file. */
export function isConfig(content: unknown): boolean {
  return typeof content === 'object' && content !== null && !('schemaVersion' in content) && configKeys.some((key) => key in content);
}

/** What `bargein run` says to this configuration file; null where it takes it. */
export async function configFault(text: string, extension: 'ts' | 'json'): Promise<string | null> {
  const file = join(mkdtempSync(join(tmpdir(), 'bargein-config-')), `bargein.config.${extension}`);
  writeFileSync(file, text);
  return callFault(['run', '--config', file]);
}

/** What the compiler says to these modules, which import `bargein` as a reader's do; by the name of each. */
export function typeFaults(modules: ReadonlyMap<string, string>): Map<string, string[]> {
  const folder = join(process.cwd(), 'docs');
  const paths = new Map([...modules.keys()].map((at, i) => [join(folder, `example-${i}.ts`), at]));
  const options: ts.CompilerOptions = { strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, types: ['node'] };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  const textOf = (path: string) => (paths.has(path) ? modules.get(paths.get(path) as string) : undefined);
  host.fileExists = (path) => paths.has(path) || fileExists(path);
  host.readFile = (path) => textOf(path) ?? readFile(path);
  host.getSourceFile = (path, target, ...rest) => {
    const text = textOf(path);
    return text === undefined ? getSourceFile(path, target, ...rest) : ts.createSourceFile(path, text, target);
  };
  const program = ts.createProgram([...paths.keys()], options, host);
  const faults = new Map([...modules.keys()].map((at) => [at, [] as string[]]));
  for (const [path, at] of paths) {
    const source = program.getSourceFile(path);
    for (const { messageText, start } of ts.getPreEmitDiagnostics(program, source)) {
      const line = source && start !== undefined ? source.getLineAndCharacterOfPosition(start).line + 1 : 0;
      faults.get(at)?.push(`line ${line} of the block: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    }
  }
  return faults;
}
