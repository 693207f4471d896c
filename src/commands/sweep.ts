import { join } from 'node:path';
import type { BargeinConfig } from '../config.js';
import { shownAgent } from '../agents/shown-agent.js';
import { BargeinError, exitCode, nearest } from '../errors.js';
import type { ExitCode } from '../errors.js';
import { summarizeSweep } from '../measure/sweep.js';
import { claimSweep, sweepFiles, sweepJson, writeSweep } from '../report/sweep-folder.js';
import type { SweepGrid } from '../report/sweep-folder.js';
import type { SweepReport } from '../report/sweep-report.js';
import { renderSweep } from '../report/terminal-sweep.js';
import type { MeasuredPoint } from '../run/sweep.js';
import type { Progress, RunConfig } from '../types.js';
import { sweepValues } from './config-entries.js';
import { describeDryRun, dryRunToJson } from './dry-run.js';
import { worstOf } from './exit.js';
import { pointFolder } from './grid.js';
import { resolveAgent } from './named-agent.js';
import { describeResults } from './outcome.js';
import { describeSettings } from './print-config.js';
import { makeProgressView } from './progress.js';
import { inPlace, readSettings } from './settings.js';
import type { ConfigLayer, Flagged, Settings } from './settings.js';
import type { SweepFlags } from './sweep-options.js';
import { effectiveSweepFlags, planSweep } from './sweep-plan.js';
import type { SweepPlan } from './sweep-plan.js';
import { loadSweepBackend } from './sweep-backend.js';
import type { LoadSweepBackend, SweepBackend } from './sweep-backend.js';
import type { Terminal } from './terminal.js';
import { describeEnd } from './unfinished.js';

export { chooseObjective } from './sweep-plan.js';

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
    terminal.out(describeSettings(command, settings, effectiveSweepFlags(plan), { json: flags.json === true, columns: terminal.columns }));
    return exitCode.ok;
  }
  if (flags.dryRun) {
    const one = await backend.planRun({ ...config, agentOptions: { ...config.agentOptions, ...points[plan.reference] } });
    const { attempts } = one;
    const times = (value: number) => value * points.length;
    const all = { attempts: times(attempts), warmUps: one.warmUps, wallMs: times(one.wallMs), audioMinutes: times(one.audioMinutes), downlinkMinutes: times(one.downlinkMinutes), leftOut: one.leftOut };
    terminal.out(flags.json ? dryRunToJson(all) : `${describeDryRun(all, config)}points     ${points.length}, ${attempts} attempts each\n`);
    return exitCode.ok;
  }
  const grid: SweepGrid = { agent: shownAgent(config.agent, config.agentOptions), folders: points.map((point, i) => join(sweepFiles.points, pointFolder(i, points.length, point))) };
  const existing = claimSweep(config.outputDir, config.existing, grid);
  const configs = points.map((point, i): RunConfig => ({ ...config, agentOptions: { ...config.agentOptions, ...point }, outputDir: join(config.outputDir, grid.folders[i]), existing: existing[i] }));
  const view = makeProgressView(terminal, flags.quiet === true);
  const hooks = { signal: terminal.signal, progress: (progress: Progress) => view.show(progress) };
  const { points: measured, interrupted } = await backend.runSweep(configs, hooks).finally(() => view.end());
  const report = reportOf(plan, grid, measured);
  await writeSweep(config.outputDir, grid, report);
  terminal.out(flags.json ? sweepJson(report) : `${renderSweep(report, terminal)}\n${describeResults(config.outputDir, [sweepFiles.table, sweepFiles.sweep, sweepFiles.page, `${sweepFiles.points}/`], terminal)}`);
  const untrusted = report.points.flatMap((point, i) => point.untrusted.map((reason) => `#${i + 1}: ${reason}`));
  if (flags.json) for (const reason of untrusted) terminal.err(`untrusted: ${reason}\n`);
  const unfinished = measured.reduce((sum, { info }) => sum + info.unfinished, 0);
  terminal.err(describeEnd(measured, `${unfinished} replays were not measured`, interrupted, config.outputDir));
  return worstOf([interrupted ? exitCode.interrupted : exitCode.ok, untrusted.length > 0 ? exitCode.untrusted : exitCode.ok]);
}

function layerOf(name: string, { sweeps = {} }: BargeinConfig, path: string): ConfigLayer {
  const names = Object.keys(sweeps);
  if (!Object.hasOwn(sweeps, name)) {
    const near = nearest(name, names);
    throw new BargeinError(`${path} has no sweep '${name}'`, near ? `did you mean '${near}'?` : names.length > 0 ? `its sweeps: ${names.join(', ')}` : `add one under 'sweeps', or give --param instead of a name`);
  }
  return { key: `sweeps.${name}`, values: sweepValues(sweeps[name]) };
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
