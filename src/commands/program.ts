import { Command } from '@commander-js/extra-typings';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { packageVersion } from '../environment.js';
import { exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import { declareAgents, listAgents } from './agents.js';
import type { LoadBackend } from './backend.js';
import { declareCalibrate, runCalibration } from './calibrate.js';
import { compare, declareCompare } from './compare.js';
import { declareCompletion, printCompletion } from './completion.js';
import { declareCorpus } from './corpus.js';
import { declareDoctor, doctor } from './doctor.js';
import { reportThrown } from './exit.js';
import { declareInit, init } from './init.js';
import { declareMeasure, measure } from './measure.js';
import { declareMerge, merge } from './merge.js';
import { declareOpen, openReport } from './open.js';
import { declarePlan, plan } from './plan.js';
import { run } from './run.js';
import { declareRun } from './run-options.js';
import { declareScore, scoreRecordings } from './score.js';
import { declareServe, serve } from './serve.js';
import { sweep } from './sweep.js';
import { declareSweep } from './sweep-options.js';
import { errColumnsOf } from './terminal.js';
import type { Terminal } from './terminal.js';
import { declareTrace } from './trace-flags.js';
import { trace } from './trace.js';
import { declareWatch, watch } from './watch.js';

const exitCodes = `
Exit codes:
  0 all well    1 a gate failed        2 usage or configuration
  3 untrusted   70 a fault of bargein  130 interrupted`;

/**
 * The whole command line: parses, does what is asked, and reports what goes wrong on standard error.
 *
 * @param words the arguments without the program's own name
 * @returns the code to end with
 */
export async function runProgram(words: readonly string[], terminal: Terminal, loadBackend: LoadBackend): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const ending = (work: Promise<ExitCode>) => work.then((result) => void (code = result));
  const program = new Command('bargein')
    .description('How many milliseconds until a voice agent goes quiet when someone interrupts it, how often within 60, 100 and 250 ms, and how true the number is.')
    .version(packageVersion(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', exitCodes)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      // What commander throws is said once, in the form of all other errors.
      outputError: () => {},
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => errColumnsOf(terminal) ?? terminal.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  program.addCommand(declareRun().action((flags, command) => ending(run(flags, terminal, loadBackend, command))));
  program.addCommand(declareSweep().action((name, _, command) => ending(sweep(name, command, terminal))));
  program.addCommand(declareCompare().action((base, head, flags) => ending(compare([base, head], flags, terminal))));
  program.addCommand(declareMeasure().action((results, flags) => ending(measure(results, flags, terminal))));
  program.addCommand(declareMerge().action((folders, flags, command) => ending(merge(folders, flags, terminal, command))));
  program.addCommand(declareScore().action((files, flags) => ending(scoreRecordings(files, flags, terminal))));
  program.addCommand(declareTrace().action((files, flags) => ending(trace(files, flags, terminal))));
  program.addCommand(declarePlan().action((flags) => ending(plan(flags, terminal))));
  program.addCommand(declareAgents().action(() => ending(listAgents(terminal))));
  program.addCommand(declareCorpus(terminal, ending));
  program.addCommand(declareServe().action((flags) => ending(serve(flags, terminal))));
  program.addCommand(declareCalibrate().action((flags) => ending(runCalibration(flags, terminal, loadBackend))));
  program.addCommand(declareWatch().action((_, command) => ending(watch(command, terminal, loadBackend))));
  program.addCommand(declareInit().action((folder, flags) => ending(init(folder, flags, terminal, loadBackend))));
  program.addCommand(declareDoctor().action((_, command) => ending(doctor(command, terminal))));
  program.addCommand(declareOpen().action((name, flags) => ending(openReport(name, flags, terminal))));
  program.addCommand(declareCompletion().action((shell) => ending(printCompletion(shell, program, terminal))));
  inheritSettings(program);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (thrown) {
    return reportThrown(thrown, terminal, `${pathOf(program, words)} --help`);
  }
}

/** The command that the words name, as far as they name one. */
function pathOf(program: CommandUnknownOpts, words: readonly string[]): string {
  const next = program.commands.find((command) => command.name() === words[0]);
  return next ? `${program.name()} ${pathOf(next, words.slice(1))}` : program.name();
}

/** Commands that were made apart take the output and the way of ending from the program. */
function inheritSettings(parent: CommandUnknownOpts): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}
