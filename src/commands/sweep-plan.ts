import { existsSync } from 'node:fs';
import { shownAgent } from '../agents/shown-agent.js';
import { defaultCorpusDir } from '../corpus/load.js';
import { coreCount } from '../environment.js';
import { BargeinError } from '../errors.js';
import type { AgentOptions, Ms, RunConfig } from '../types.js';
import { axesOf, findReference, gridPoints } from './grid.js';
import type { GridFlags } from './grid.js';
import { agentFault } from './named-agent.js';
import { chooseOutput } from './output-folder.js';
import { effectiveFlags, resolveRun } from './run-config.js';
import type { Settings } from './settings.js';
import type { SweepBackend } from './sweep-backend.js';
import type { SweepFlags } from './sweep-options.js';
import type { Terminal } from './terminal.js';
import { typedOptions } from './values.js';

/** A sweep before anything is measured: everything that can be wrong with it has been looked at. */
export interface SweepPlan {
  /** What the runs of all points have in common; its folder is the sweep's. */
  readonly config: RunConfig;
  /** Values by parameter, as text. */
  readonly grid: GridFlags;
  readonly points: readonly AgentOptions[];
  readonly reference: number;
  readonly objectiveMs: Ms;
  readonly maxFalseYield: number | null;
  readonly minRate: number | null;
}

/** @throws BargeinError for anything that would end the sweep before its end: no grid, an option or a value that the agent does not take */
export async function planSweep(name: string | undefined, settings: Settings<SweepFlags>, terminal: Terminal, backend: SweepBackend): Promise<SweepPlan> {
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
  const config = { ...resolved, ...chooseOutput(flags, `sweep-${name ?? shownAgent(flags.agent, flags.agentOption)}`, resolved.profile, existsSync) };
  const { maxFalseYield = null, minRate = null } = flags;
  if (minRate !== null && maxFalseYield === null) throw new BargeinError('--min-rate asks for a choice between two demands, and there is one', 'give --max-false-yield too');
  return { config, grid: flags.param ?? {}, points, reference: findReference(axes, flags.reference ?? {}, agent.options), objectiveMs: chooseObjective(flags.objectiveWithin, config.withinMs), maxFalseYield, minRate };
}

/** The limit that is named, else the middle one; of an even number the lower of the two. */
export function chooseObjective(objectiveMs: Ms | undefined, withinMs: readonly Ms[]): Ms {
  if (objectiveMs === undefined) return withinMs[Math.floor((withinMs.length - 1) / 2)];
  if (withinMs.includes(objectiveMs)) return objectiveMs;
  throw new BargeinError(`--objective-within ${objectiveMs} is none of the latency limits`, `use one of ${withinMs.join(', ')}, or add it to --within`);
}

/** What each flag comes to, as `effectiveFlags` says of a run. */
export function effectiveSweepFlags({ config, grid, points, reference, objectiveMs, maxFalseYield, minRate }: SweepPlan): Record<string, unknown> {
  return { ...effectiveFlags(config), param: grid, reference: points[reference], objectiveWithin: objectiveMs, maxFalseYield, minRate };
}
