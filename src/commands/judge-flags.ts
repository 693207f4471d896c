import { BargeinError } from '../errors.js';
import type { RunConfig } from '../types.js';
import { defaultReports } from './option-groups.js';
import type { FlagsOf, judgeOptions, reportOptions } from './option-groups.js';

export type Judging = Pick<RunConfig, 'gates' | 'gateOn' | 'baseline' | 'saveBaseline' | 'failOnRegression' | 'reports'>;

/**
 * What results are held to and written as, all defaults filled in.
 * @throws BargeinError for a regression of nothing
 */
export function judgingOf(flags: Partial<FlagsOf<typeof judgeOptions> & FlagsOf<typeof reportOptions>>): Judging {
  const { gate = [], gateOn = 'bound', baseline = null, saveBaseline = null, failOnRegression = false, report = defaultReports } = flags;
  if (failOnRegression && baseline === null) throw new BargeinError('--fail-on-regression has nothing to compare with', 'name a baseline with --baseline, or leave it out');
  return { gates: gate, gateOn, baseline, saveBaseline, failOnRegression, reports: report };
}
