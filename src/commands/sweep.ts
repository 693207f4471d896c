import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BargeinConfig } from '../config.js';
import { defaultCorpusDir } from '../corpus/load.js';
import { coreCount } from '../environment.js';
import { BargeinError, exitCode, nearest } from '../errors.js';
import type { ExitCode } from '../errors.js';
import { summarizeSweep } from '../measure/sweep.js';
import { claimSweep, sweepFiles, sweepJson, writeSweep } from '../report/sweep-folder.js';
import type { SweepGrid } from '../report/sweep-folder.js';
import type { SweepReport } from '../report/sweep-report.js';
import { renderSweep } from '../report/terminal-sweep.js';
import type { MeasuredPoint } from '../run/sweep.js';
import type { AgentOptions, Ms, Progress, RunConfig } from '../types.js';
import { describeDryRun, dryRunToJson } from './dry-run.js';
import { worstOf } from './exit.js';
import { axesOf, findReference, gridPoints, pointFolder } from './grid.js';
import { agentFault, resolveAgent } from './named-agent.js';
import { chooseOutput } from './output-folder.js';
import { describeSettings } from './print-config.js';
import { makeProgressView } from './progress.js';
import { effectiveFlags, resolveRun } from './run-config.js';
import { inPlace, readSettings } from './settings.js';
import type { ConfigLayer, Flagged, Settings } from './settings.js';
import type { SweepFlags } from './sweep-options.js';
import { loadSweepBackend } from './sweep-backend.js';
import type { LoadSweepBackend, SweepBackend } from './sweep-backend.js';
import type { Terminal } from './terminal.js';
import { typedOptions } from './values.js';

/** `bargein sweep [NAME]`: reads the settings, runs every point, and prints what can be chosen. */
export async function sweep(name: string | undefined, command: Flagged<SweepFlags>, terminal: Terminal, loadBackend: LoadSweepBackend = loadSweepBackend): Promise<ExitCode> {
  const layer = name === undefined ? undefined : (content: BargeinConfig, path: string) => layerOf(name, content, path);
  const settings = resolveAgent(await readSettings(command, terminal, { layer }));
  if (name !== undefined && settings.file === null) throw new BargeinError(`there is no sweep '${name}': there is no configuration file`, 'name the file with --config, or give --param instead of a name');
  try {
    return await sweepWith(name, settings, command, terminal, await loadBackend());
  } catch (thrown) {
    throw inPlace(thrown, settings);
  }
}

async function sweepWith(name: string | undefined, settings: Settings<SweepFlags>, command: Flagged<SweepFlags>, terminal: Terminal, backend: SweepBackend): Promise<ExitCode> {
  const { flags } = settings;
  const plan = await planSweep(name, settings, terminal, backend);
  const { config, points } = plan;
  if (flags.printConfig) {
    terminal.out(describeSettings(command, settings, effectiveFlags(config), { json: flags.json === true, columns: terminal.columns }));
    return exitCode.ok;
  }
  if (flags.dryRun) {
    const { attempts, wallMs, audioMinutes, leftOut } = await backend.planRun({ ...config, agentOptions: { ...config.agentOptions, ...points[plan.reference] } });
    const all = { attempts: attempts * points.length, wallMs: wallMs * points.length, audioMinutes: audioMinutes * points.length, leftOut };
    terminal.out(flags.json ? dryRunToJson(all) : `${describeDryRun(all, config)}points     ${points.length}, ${attempts} attempts each\n`);
    return exitCode.ok;
  }
  const grid: SweepGrid = { agent: config.agent, folders: points.map((point, i) => join(sweepFiles.points, pointFolder(i, points.length, point))) };
  const existing = claimSweep(config.outputDir, config.existing, grid);
  const configs = points.map((point, i): RunConfig => ({ ...config, agentOptions: { ...config.agentOptions, ...point }, outputDir: join(config.outputDir, grid.folders[i]), existing: existing[i] }));
  const view = makeProgressView(terminal, flags.quiet === true);
  const hooks = { signal: terminal.signal, progress: (progress: Progress) => view.show(progress) };
  const { points: measured, interrupted } = await backend.runSweep(configs, hooks).finally(() => view.end());
  const report = reportOf(plan, grid, measured);
  writeSweep(config.outputDir, grid, report);
  terminal.out(flags.json ? sweepJson(report) : `${renderSweep(report, terminal)}\nResults: ${config.outputDir} (${sweepFiles.table}, ${sweepFiles.sweep}, ${sweepFiles.points}/)\n`);
  const untrusted = report.points.flatMap((point, i) => point.untrusted.map((reason) => `#${i + 1}: ${reason}`));
  if (flags.json) for (const reason of untrusted) terminal.err(`untrusted: ${reason}\n`);
  explainEnd(report, interrupted, config, terminal);
  return worstOf([interrupted ? exitCode.interrupted : exitCode.ok, untrusted.length > 0 ? exitCode.untrusted : exitCode.ok]);
}

/** A sweep before anything is measured: everything that can be wrong with it has been looked at. */
interface SweepPlan {
  /** What the runs of all points have in common; its folder is the sweep's. */
  readonly config: RunConfig;
  readonly points: readonly AgentOptions[];
  readonly reference: number;
  readonly objectiveMs: Ms;
  readonly maxFalseYield: number | null;
  readonly minRate: number | null;
}

async function planSweep(name: string | undefined, settings: Settings<SweepFlags>, terminal: Terminal, backend: SweepBackend): Promise<SweepPlan> {
  const { flags, origins } = settings;
  const axes = axesOf(flags.param ?? {});
  if (axes.length === 0) throw new BargeinError('there is nothing to sweep', 'give --param, e.g. --param vad.threshold=0.4:0.65:0.05, or the name of a sweep of the configuration file');
  const points = gridPoints(axes);
  const own = typedOptions(flags.agentOption ?? {});
  const make = (options: AgentOptions) =>
    backend.makeAgent(flags.agent, options).catch((thrown: unknown) => {
      throw agentFault(thrown, settings);
    });
  const agent = await make(own);
  // An option that does not exist, or a value that is not allowed, must end the sweep before it begins.
  for (const point of points) await make({ ...own, ...point });
  const resolved = resolveRun({ ...flags, clockCheck: false }, { agent, env: terminal.env, cores: coreCount(), defaultCorpusDir, exists: existsSync, origins });
  const config = { ...resolved, ...chooseOutput(flags, `sweep-${name ?? flags.agent}`, resolved.profile, existsSync) };
  const { maxFalseYield = null, minRate = null } = flags;
  if (minRate !== null && maxFalseYield === null) throw new BargeinError('--min-rate asks for a choice between two demands, and there is one', 'give --max-false-yield too');
  return { config, points, reference: findReference(axes, flags.reference ?? {}, agent.options), objectiveMs: chooseObjective(flags.objectiveWithin, config.withinMs), maxFalseYield, minRate };
}

/** The limit that is named, else the middle one; of an even number the lower of the two. */
export function chooseObjective(objectiveMs: Ms | undefined, withinMs: readonly Ms[]): Ms {
  if (objectiveMs === undefined) return withinMs[Math.floor((withinMs.length - 1) / 2)];
  if (withinMs.includes(objectiveMs)) return objectiveMs;
  throw new BargeinError(`--objective-within ${objectiveMs} is none of the latency limits`, `use one of ${withinMs.join(', ')}, or add it to --within`);
}

function layerOf(name: string, { sweeps = {} }: BargeinConfig, path: string): ConfigLayer {
  const names = Object.keys(sweeps);
  if (!Object.hasOwn(sweeps, name)) {
    const near = nearest(name, names);
    throw new BargeinError(`${path} has no sweep '${name}'`, near ? `did you mean '${near}'?` : names.length > 0 ? `its sweeps: ${names.join(', ')}` : `add one under 'sweeps', or give --param instead of a name`);
  }
  const { params, agentOptions, ...same } = sweeps[name];
  return { key: `sweeps.${name}`, values: { ...same, param: params, agentOption: agentOptions } };
}

function reportOf({ config, points, reference, objectiveMs, maxFalseYield, minRate }: SweepPlan, grid: SweepGrid, measured: readonly MeasuredPoint[]): SweepReport {
  const settings = measured.map(({ summary, results }, i) => ({ params: points[i], summary, results }));
  return {
    subject: 'agent',
    run: measured[reference].info,
    points: measured.map(({ info }, i) => ({ runId: info.runId, folder: grid.folders[i], untrusted: info.untrusted, unfinished: info.unfinished })),
    figures: summarizeSweep(settings, { withinMs: config.withinMs, objectiveMs, reference, maxFalseYield, minRate }),
    sensitivity: null,
  };
}

/** How to go on with a sweep that was not finished. */
function explainEnd({ points }: SweepReport, interrupted: boolean, { outputDir }: RunConfig, { err }: Terminal): void {
  const count = points.reduce((sum, { unfinished }) => sum + unfinished, 0);
  if (count === 0) return;
  const why = interrupted ? 'interrupted' : 'stopped early (--max-duration)';
  err(`${why}: ${count} replays were not measured\n  try: the same command with \`--output ${outputDir} --resume\` goes on\n`);
}
