import { readEnvironment } from '../environment.js';
import { BargeinError, messageOf } from '../errors.js';
import { measureTimerFloor } from '../time/floor.js';
import { loopDelayDuring, pause } from '../time/loop-delay.js';
import type { AgentOptions } from '../types.js';
import { agentCheck } from './agent.js';
import { calibrationCheck } from './calibration.js';
import { fail } from './check.js';
import type { Check } from './check.js';
import { coreCheck, governorCheck, loadCheck, nodeCheck, readGovernors } from './machine.js';
import { corpusCheck, engineCheck } from './material.js';
import { resultsCheck } from './results.js';
import { loopCheck, timerCheck } from './timing.js';

export type { Check } from './check.js';

export interface Patient {
  readonly agent: string;
  readonly agentOptions: AgentOptions;
  readonly corpusDir: string;
  /** Where results would go. */
  readonly resultsDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** A second of deadlines, as far apart as those of eight sessions. */
const deadlines = 400;
const deadlineMs = 2.5;
const loopMs = 500;

type Look = (patient: Patient) => Check | Promise<Check>;

/** In the order in which they are made: what disturbs timing comes after it. */
const looks: Readonly<Record<string, Look>> = {
  node: () => nodeCheck(readEnvironment()),
  cores: () => coreCheck(readEnvironment()),
  load: () => loadCheck(readEnvironment()),
  governor: () => governorCheck(readGovernors()),
  timers: async () => timerCheck(await measureTimerFloor(deadlines, deadlineMs)),
  'event loop': async () => loopCheck(await loopDelayDuring(pause(loopMs))),
  audio: () => engineCheck(),
  corpus: ({ corpusDir }) => corpusCheck(corpusDir),
  agent: ({ agent, agentOptions, env }) => agentCheck(agent, agentOptions, env),
  results: ({ resultsDir }) => resultsCheck(resultsDir),
  calibration: ({ corpusDir, signal }) => calibrationCheck(corpusDir, signal),
};

/** Looks at everything that a run needs, one after the other. A look that itself fails is a finding; a raised signal ends them. */
export async function* examine(patient: Patient): AsyncGenerator<Check> {
  for (const [name, look] of Object.entries(looks)) {
    if (patient.signal.aborted) return;
    try {
      yield await look(patient);
    } catch (thrown) {
      yield fail(name, messageOf(thrown), thrown instanceof BargeinError ? thrown.hint : 'report it, with the output of `BARGEIN_DEBUG=1`');
    }
  }
}
