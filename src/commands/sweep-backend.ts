import type { makeAgent } from '../agents/index.js';
import type { planRun } from '../benchmark.js';
import type { runSweep } from '../run/sweep.js';

/** What `bargein sweep` sets in motion. It is loaded when it is needed, so that help and usage errors are at once. */
export interface SweepBackend {
  readonly makeAgent: typeof makeAgent;
  readonly planRun: typeof planRun;
  readonly runSweep: typeof runSweep;
}

export type LoadSweepBackend = () => Promise<SweepBackend>;

export const loadSweepBackend: LoadSweepBackend = async () => {
  const [{ makeAgent }, { planRun }, { runSweep }] = await Promise.all([import('../agents/index.js'), import('../benchmark.js'), import('../run/sweep.js')]);
  return { makeAgent, planRun, runSweep };
};
