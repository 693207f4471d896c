import type { makeAgent } from '../agents/index.js';
import type { planRun, runBenchmark } from '../benchmark.js';
import type { calibrate, defaultCalibration } from '../calibration/index.js';
import type { reachCalibrationAgent } from '../run/served-agent.js';

/** What the commands set in motion. It is loaded when it is needed, so that help and usage errors are at once. */
export interface Backend {
  readonly runBenchmark: typeof runBenchmark;
  readonly planRun: typeof planRun;
  readonly calibrate: typeof calibrate;
  readonly defaultCalibration: typeof defaultCalibration;
  readonly reachCalibrationAgent: typeof reachCalibrationAgent;
  readonly makeAgent: typeof makeAgent;
}

export type LoadBackend = () => Promise<Backend>;

export const loadBackend: LoadBackend = async () => {
  const [{ runBenchmark, planRun }, { calibrate, defaultCalibration }, { reachCalibrationAgent }, { makeAgent }] = await Promise.all([
    import('../benchmark.js'),
    import('../calibration/index.js'),
    import('../run/served-agent.js'),
    import('../agents/index.js'),
  ]);
  return { runBenchmark, planRun, calibrate, defaultCalibration, reachCalibrationAgent, makeAgent };
};
