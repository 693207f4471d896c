import { Command } from '@commander-js/extra-typings';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BargeinError, exitCode, fileFault } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { LoadBackend } from './backend.js';
import { describeAttempt } from './attempt-line.js';
import { configNames } from './config-file.js';
import { demoFolder, replayDemo } from './demo.js';
import { foldLines } from './fold.js';
import { configName, configTemplate, workflowName, workflowTemplate } from './init-files.js';
import type { Terminal } from './terminal.js';

export function declareInit() {
  return new Command('init')
    .summary('write a configuration to begin with')
    .description('Write a configuration to begin with, and a CI workflow where the folder is a git repository; replay two attempts; say what to do next. What is there already is left alone.')
    .argument('[folder]', 'where to write', '.')
    .option('--ci', 'write the workflow wherever the folder is')
    .option('--no-ci', 'write no workflow')
    .option('--no-demo', 'replay nothing')
    .helpOption('-h, --help', 'show this text');
}

export type InitFlags = ReturnType<ReturnType<typeof declareInit>['opts']>;

/** `bargein init`. */
export async function init(folder: string, flags: InitFlags, terminal: Terminal, loadBackend: LoadBackend): Promise<ExitCode> {
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw new BargeinError(`${folder} is not a folder`, 'name the folder of your project');
  const { makeFolder } = await import('../report/folder.js');
  const say = (text: string) => terminal.out(`${foldLines(text, terminal.columns)}\n`);
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    try {
      makeFolder(dirname(path));
      // Never over a file that has come to be there meanwhile.
      writeFileSync(path, text, { flag: 'wx' });
    } catch (thrown) {
      throw fileFault(thrown, path, 'name another folder: `bargein init FOLDER`');
    }
    say(`written     ${path}`);
  };
  const leave = (name: string, why = 'there already') => say(`left alone  ${join(folder, name)} (${why})`);

  const configurations = configNames.filter((name) => existsSync(join(folder, name)));
  const [configured] = configurations;
  if (configured === undefined) write(configName, configTemplate);
  for (const name of configurations) leave(name, configurations.length > 1 ? 'there already, and one too many: keep one of them' : undefined);

  const wanted = flags.ci ?? existsSync(join(folder, '.git'));
  if (existsSync(join(folder, workflowName))) leave(workflowName);
  else if (wanted) write(workflowName, workflowTemplate);
  else if (flags.ci === undefined) say(`no workflow: ${folder === '.' ? 'this' : folder} is not the root of a git repository; in one, \`bargein init\` writes ${workflowName}`);

  if (flags.demo) {
    if (existsSync(join(folder, demoFolder))) leave(demoFolder, 'there already: nothing was replayed');
    else {
      terminal.out('\nTwo attempts against the agent that comes along, on the virtual clock:\n');
      for (const result of await replayDemo(join(folder, demoFolder), terminal, loadBackend)) say(`  ${describeAttempt(result)}`);
      say(`  results: ${join(folder, demoFolder)}`);
    }
  }
  if (terminal.signal.aborted) return exitCode.interrupted;
  terminal.out('\nNext:\n');
  const steps = [
    `${folder === '.' ? '' : `in ${folder}: `}\`bargein run\` measures the agent of ${configured ?? configName}`,
    'name your own agent there: `bargein agents` lists the ways to reach one',
    '`bargein doctor` looks at the machine, the agent and the rest',
    'keep results/ out of git, but for results/baselines',
  ];
  for (const [i, step] of steps.entries()) say(`  ${i + 1}. ${step}`);
  return exitCode.ok;
}
