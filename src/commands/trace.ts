import { basename } from 'node:path';
import { BargeinError, exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { TraceConfig, TraceHooks, TraceInput, TraceOutcome } from '../run/trace.js';
import type { Ms, Stage } from '../types.js';
import { worstOf } from './exit.js';
import { judgingOf } from './judge-flags.js';
import { codeOfJudged, comparedFiles, describeResults, printJson } from './outcome.js';
import { chooseFolder } from './output-folder.js';
import type { Terminal } from './terminal.js';
import type { TraceFlags } from './trace-flags.js';

const defaultWithinMs = [60, 100, 250];

/** `bargein trace`: reads spans, and reports as `bargein run` does. */
export async function trace(files: readonly string[], flags: TraceFlags, terminal: Terminal): Promise<ExitCode> {
  const [{ checkTraceMapping, runTrace }, { defaultPageLimitsMs }, mapping] = await Promise.all([import('../run/trace.js'), import('../telemetry/stack.js'), mappingOf(flags)]);
  const input = inputOf(files, flags);
  const pageLimitsMs = limitsOf(defaultPageLimitsMs, flags);
  const hooks = hooksOf(terminal, flags);
  if (flags.dryRun) {
    const [{ describeMappingCheck }, found] = await Promise.all([import('./trace-dry-run.js'), checkTraceMapping({ input, mapping, pageLimitsMs }, hooks)]);
    hooks.end();
    terminal.out(flags.json ? `${JSON.stringify(found, null, 2)}\n` : describeMappingCheck(found, terminal));
    return terminal.signal.aborted && input.kind === 'files' ? exitCode.interrupted : exitCode.ok;
  }
  const config = configOf(files, flags, { input, mapping, pageLimitsMs });
  const outcome = await runTrace(config, hooks).finally(() => hooks.end());
  await show(outcome, config, flags.json === true, terminal);
  if (outcome.interrupted) terminal.err('interrupted: the figures are those of what was read by then\n');
  return worstOf([outcome.interrupted ? exitCode.interrupted : exitCode.ok, codeOfJudged(outcome)]);
}

async function mappingOf({ mapping: path, intent }: TraceFlags): Promise<TraceConfig['mapping']> {
  const [{ loadMapping }, { fullMapping }] = await Promise.all([import('./mapping-file.js'), import('../telemetry/mapping-defaults.js')]);
  const mapping = fullMapping(path === undefined ? null : await loadMapping(path));
  return intent === undefined ? mapping : { ...mapping, intent };
}

function inputOf(files: readonly string[], { listen, for: forMs }: TraceFlags): TraceInput {
  if (listen === undefined && forMs !== undefined) throw new BargeinError('--for says how long to listen, and nothing is listened on', 'add --listen HOST:PORT, or leave it out');
  if (listen !== undefined && files.length > 0) throw new BargeinError('files and --listen exclude each other', 'read the files, or receive what is sent');
  if (listen !== undefined) return { kind: 'listen', ...listen, forMs: forMs ?? null };
  if (files.length === 0) throw new BargeinError('there is nothing to read', 'name files of traces, - for standard input, or an address with --listen');
  return { kind: 'files', paths: files };
}

function limitsOf(defaults: Readonly<Partial<Record<Stage, Ms>>>, { pageLimit }: TraceFlags): TraceConfig['pageLimitsMs'] {
  const limits: Partial<Record<Stage, Ms | null>> = { ...defaults, ...pageLimit };
  return Object.fromEntries(Object.entries(limits).filter(([, ms]) => ms !== null)) as Partial<Record<Stage, Ms>>;
}

function configOf(files: readonly string[], flags: TraceFlags, read: Pick<TraceConfig, 'input' | 'mapping' | 'pageLimitsMs'>): TraceConfig {
  return {
    ...judgingOf(flags),
    ...read,
    withinMs: flags.within ?? defaultWithinMs,
    label: flags.label ?? null,
    outputDir: folderOf(files, flags),
    existing: flags.force ? 'replace' : 'refuse',
    allowMismatch: flags.allowMismatch ?? false,
  };
}

function folderOf([first = 'live']: readonly string[], flags: TraceFlags): string {
  return chooseFolder(flags, 'trace', first === '-' ? 'stdin' : basename(first).replace(/(\.(jsonl?|pb|bin|otlp|gz))+$/i, ''), 'calls');
}

/** Progress is a line that is written over, on a screen alone. */
function hooksOf({ err, errScreen, signal }: Terminal, { quiet }: TraceFlags): TraceHooks & { end(): void } {
  let shown = false;
  return {
    signal,
    listening: (url) => err(`receiving spans at ${url}/v1/traces; Ctrl-C ends and reports\n`),
    progress(spans) {
      if (errScreen === null || quiet) return;
      shown = true;
      err(`\rread ${spans} spans`);
    },
    end() {
      if (shown) err('\n');
      shown = false;
    },
  };
}

async function show({ info, summary, verdict, printed }: TraceOutcome, { outputDir, reports }: TraceConfig, json: boolean, terminal: Terminal): Promise<void> {
  if (json) return printJson({ info, summary, verdict, printed }, terminal);
  const [{ renderSummary }, { describeVerdict }, { reportFormats }] = await Promise.all([import('../report/terminal.js'), import('./verdict.js'), import('../report/formats.js')]);
  const files = ['attempts.csv', 'summary.csv', 'stack.csv', 'run.json', ...(verdict.comparison ? comparedFiles : []), ...reports.flatMap((name) => reportFormats[name].file ?? [])];
  terminal.out(`${renderSummary(info, summary, terminal)}${describeVerdict(verdict, terminal)}\n${describeResults(outputDir, files, terminal)}${printed}`);
}
