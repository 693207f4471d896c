import { Command } from '@commander-js/extra-typings';
import type { ConditionName, DetectorName, ProfileName, RunConfig } from '../types.js';
import { duration, latencyLimits, list, number, oneOf, pairs, repeated, shortText, wholeNumber } from './values.js';

const profiles = ['quick', 'standard', 'full'] as const satisfies readonly ProfileName[];
const conditions = ['clean', 'telephone', 'bed', 'echo', 'jitter'] as const satisfies readonly ConditionName[];
const detectors = ['auto', 'energy', 'reference-aware'] as const satisfies readonly (DetectorName | 'auto')[];
const keepAudio = ['all', 'failures', 'none'] as const satisfies readonly RunConfig['keepAudio'][];
const clocks = ['virtual', 'realtime'] as const;

const [second, hour] = [1000, 3_600_000];

const examples = `
Examples:
  bargein run --agent reference:before --limit 50
  bargein run --filter persona=angry,soft --within 100,250,500
  bargein run --condition telephone,echo --profile quick --dry-run`;

/** The command with every flag, without what it does. */
export function declareRun() {
  return new Command('run')
    .summary('replay recorded interruptions against a voice agent')
    .description('Replay recorded interruptions against a voice agent, and report how often and how fast it goes quiet, and how well it holds through everything else.')
    .optionsGroup('What to replay:')
    .option('--agent <name>', 'the agent, with a preset after a colon (`bargein agents` lists them)', 'reference:after')
    .option('--agent-option <name=value>', 'an option of the agent, e.g. vad.threshold=0.5 (repeatable)', pairs('--agent-option', 'vad.threshold=0.5'))
    .option('--corpus <dir>', 'folder with manifest.json and clips (default: the one that comes along)')
    .option('--profile <size>', 'quick, standard or full: about 60, 250 or 750+ attempts (default: full, in real time quick)', oneOf('--profile', profiles))
    .option('--condition <list>', 'the clean attempts under each of clean, telephone, bed, echo, jitter', list('--condition', oneOf('--condition', conditions)))
    .option('--filter <key=value>', 'only attempts with this value, e.g. persona=angry,soft (repeatable: all must hold)', repeated)
    .option('--limit <n>', 'at most this many attempts, the first of the draw', wholeNumber('--limit', 1))
    .option('--repeat <n>', 'how often each attempt is replayed', wholeNumber('--repeat', 1, 1000), 1)
    .option('--seed <n>', 'decides all that is random', wholeNumber('--seed', 0, 4_294_967_295), 1)
    .optionsGroup('How to measure:')
    .option('--within <list>', 'latency limits in ms (default: 60,100,250)', latencyLimits('--within'))
    .option('--playout-ms <ms>', "target depth of the caller's playout buffer", number('--playout-ms', 0, 2000, 'ms'), 40)
    .option('--detector <name>', 'auto, energy or reference-aware', oneOf('--detector', detectors), 'auto' as const)
    .option('--detector-option <name=value>', 'an option of the detector, e.g. hangoverMs=200 (repeatable)', pairs('--detector-option', 'hangoverMs=200'))
    .optionsGroup('How to run:')
    .option('--clock <kind>', 'virtual (in-process agents only) or realtime (default: virtual where possible)', oneOf('--clock', clocks))
    .option('--jobs <n>', 'worker threads on the virtual clock, 0 for none (default: one per core)', wholeNumber('--jobs', 0, 256))
    .option('--concurrency <n>', 'sessions at once in real time (default: 1)', wholeNumber('--concurrency', 1, 1000))
    .option('--retries <n>', 'how often an attempt that the harness spoilt is run again', wholeNumber('--retries', 0, 10), 2)
    .option('--attempt-timeout <time>', 'an attempt that takes longer is an error (default: 120s)', duration('--attempt-timeout', second, hour))
    .option('--max-duration <time>', 'stop after this, and report what was measured', duration('--max-duration', second, 168 * hour))
    .option('--no-clock-check', 'leave out the comparison of the two clocks')
    .option('--dry-run', 'only say how many attempts it would be, and how long it would take')
    .optionsGroup('What to write:')
    .option('--output <dir>', 'folder for the results (default: results/<agent>-<profile>)')
    .option('--resume', 'go on with the run in --output')
    .option('--force', 'replace the run in --output')
    .option('--label <text>', 'names the build (default: the commit that CI sets, else local)', shortText('--label'))
    .option('--keep-audio <which>', 'all, failures or none: attempts to keep as WAV, caller left, agent right', oneOf('--keep-audio', keepAudio), 'failures' as const)
    .option('--json', 'print one JSON document instead of the summary')
    .option('--quiet', 'no progress on standard error')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', examples);
}

export type RunFlags = ReturnType<ReturnType<typeof declareRun>['opts']>;
