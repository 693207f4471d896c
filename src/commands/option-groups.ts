import { Command } from '@commander-js/extra-typings';
import type { OptionValues } from '@commander-js/extra-typings';
import { parseDetectorOptions } from '../detect/index.js';
import { BargeinError } from '../errors.js';
import { parseShard } from '../replay/shard.js';
import type { ConditionName, DetectorName, ProfileName, ReportFormat, RunConfig } from '../types.js';
import { baselineName, duration, latencyLimits, list, number, oneOf, pairs, repeated, shortText, wholeNumber } from './values.js';

const profiles = ['quick', 'standard', 'full'] as const satisfies readonly ProfileName[];
const conditions = ['clean', 'telephone', 'bed', 'echo', 'jitter'] as const satisfies readonly ConditionName[];
const detectors = ['auto', 'energy', 'reference-aware'] as const satisfies readonly (DetectorName | 'auto')[];
/** Of which attempts audio is kept. */
export const keepAudio = ['all', 'failures', 'none'] as const satisfies readonly RunConfig['keepAudio'][];
const clocks = ['virtual', 'realtime'] as const;
const judgedBy = ['bound', 'point'] as const satisfies readonly RunConfig['gateOn'][];
const formats = ['html', 'json', 'junit', 'markdown', 'github'] as const satisfies readonly ReportFormat[];

const [second, hour] = [1000, 3_600_000];

/** Flags that belong together, as a command without a name: `addOptions` puts them on the commands that take them. */
type OptionGroup<Flags extends OptionValues> = () => Command<[], Flags>;
/** What a group's flags come to. */
export type FlagsOf<Group extends () => Command<[], OptionValues>> = ReturnType<ReturnType<Group>['opts']>;

export function replayOptions() {
  return new Command()
    .optionsGroup('What to replay:')
    .option('--agent <name>', 'the agent, with a preset after a colon (`bargein agents` lists them)', 'reference:after')
    .option('--agent-option <name=value>', 'an option of the agent, e.g. vad.threshold=0.5 (repeatable)', pairs('--agent-option', 'vad.threshold=0.5'))
    .option('--prompt-audio <file>', 'speech that asks the agent for its turn: a recording on one channel')
    .option('--prompt-text <text>', 'words that ask the agent for its turn, where its protocol carries them', shortText('--prompt-text', 2000))
    .option('--corpus <dir>', 'folder with manifest.json and clips (default: the one that comes along)')
    .option('--profile <size>', 'quick, standard or full: about 60, 250 or 750+ attempts (default: full, in real time quick)', oneOf('--profile', profiles))
    .option('--condition <list>', 'the clean attempts under each of clean, telephone, bed, echo, jitter', list('--condition', oneOf('--condition', conditions)))
    .option('--filter <key=value>', 'only attempts with this value, e.g. persona=angry,soft (repeatable: all must hold)', repeated)
    .option('--limit <n>', 'at most this many attempts, the first of the draw', wholeNumber('--limit', 1))
    .option('--repeat <n>', 'how often each attempt is replayed', wholeNumber('--repeat', 1, 1000), 1)
    .option('--seed <n>', 'decides all that is random', wholeNumber('--seed', 0, 4_294_967_295), 1);
}

export function shardOptions() {
  return new Command()
    .optionsGroup('What to replay:')
    .option('--shard <i/n>', 'only this part of the attempts, e.g. 2/4 (default: what the CI or batch system sets)', (text: string) => parseShard(text))
    .option('--no-shard', 'all attempts, whatever the CI or batch system sets');
}

export function measureOptions() {
  return new Command()
    .optionsGroup('How to measure:')
    .option('--within <list>', 'latency limits in ms (default: 60,100,250)', latencyLimits('--within'))
    .option('--playout-ms <ms>', "target depth of the caller's playout buffer", number('--playout-ms', 0, 2000, 'ms'), 40)
    .option('--detector <name>', 'auto, energy or reference-aware', oneOf('--detector', detectors), 'auto' as const)
    .option('--detector-option <name=value>', 'an option of the detector, e.g. hangoverMs=200 (repeatable)', detectorOptions);
}

export function executionOptions() {
  return new Command()
    .optionsGroup('How to run:')
    .option('--clock <kind>', 'virtual (in-process agents only) or realtime (default: virtual where possible)', oneOf('--clock', clocks))
    .option('--jobs <n>', 'worker threads on the virtual clock, 0 for none (default: one per core)', wholeNumber('--jobs', 0, 256))
    .option('--concurrency <n>', 'sessions at once in real time, or auto for as many as this machine keeps on schedule (default: 1)', concurrency)
    .option('--warmup <n>', 'attempts replayed in real time before those that count', wholeNumber('--warmup', 0, 1000), 0)
    .option('--reuse-session', 'in real time, one session for consecutive attempts (default: a new one for each)')
    .option('--retries <n>', 'how often an attempt that the harness spoilt is run again', wholeNumber('--retries', 0, 10), 2)
    .option('--attempt-timeout <time>', 'an attempt that takes longer is an error (default: 120s)', duration('--attempt-timeout', second, hour))
    .option('--max-duration <time>', 'stop after this, and report what was measured', duration('--max-duration', second, 168 * hour))
    .option('--no-clock-check', 'leave out the comparison of the two clocks')
    .option('--dry-run', 'only say how many attempts it would be, and how long it would take');
}

export function monitorOptions() {
  return new Command()
    .optionsGroup('How to run:')
    .option('--monitor', 'in real time, hear each attempt once it is over, caller left, agent right');
}

export function judgeOptions() {
  return new Command()
    .optionsGroup('What to demand:')
    .option('--gate <text>', "what must hold, e.g. 'interrupt_rate@100 >= 0.85' (repeatable)", repeated)
    .option('--gate-on <end>', 'judge gates by the bound of the 95 % interval that is worse, or by the point (the estimate) (default: bound)', oneOf('--gate-on', judgedBy))
    .option('--baseline <name>', 'compare with this baseline', baselineName('--baseline'))
    .option('--fail-on-regression', 'a confident regression against the baseline is a failure')
    .option('--save-baseline <name>', 'keep the results as this baseline, in results/baselines', baselineName('--save-baseline'));
}

export function outputOptions() {
  return new Command()
    .optionsGroup('What to write:')
    .option('--output <dir>', 'folder for the results (default: results/<agent>-<profile>)')
    .option('--resume', 'go on with the run in --output')
    .option('--force', 'replace the run in --output')
    .option('--label <text>', 'names the build (default: the commit that CI sets, else local)', shortText('--label'))
    .option('--keep-audio <which>', 'all, failures or none: attempts to keep as WAV, caller left, agent right', oneOf('--keep-audio', keepAudio), 'failures' as const)
    .option('--json', 'print one JSON document instead of the summary')
    .option('--quiet', 'no progress on standard error');
}

export function reportOptions() {
  return new Command()
    .optionsGroup('What to write:')
    .option('--report <list>', 'besides the CSV files: html, json, junit, markdown, github, or none (default: html)', reports);
}

/** For every command that reads its settings from the environment and a file as well: see settings.ts. */
export function configOptions() {
  return new Command()
    .optionsGroup('Where settings come from:')
    .option('--config <file>', 'settings for the flags not given (default: bargein.config.ts, .mts, .js, .mjs or .json, where there is one)')
    .option('--no-config', 'no such file')
    .option('--print-config', 'only print each setting and where it comes from');
}

/**
 * Puts the flags of a group on a command, which then has them typed. Groups under one heading are shown together.
 *
 * @example addOptions(addOptions(new Command('sweep'), replayOptions), measureOptions)
 */
export function addOptions<Arguments extends unknown[], Own extends OptionValues, Added extends OptionValues>(
  command: Command<Arguments, Own>,
  group: OptionGroup<Added>,
): Command<Arguments, Own & Added> {
  for (const option of group().options) command.addOption(option);
  return command as unknown as Command<Arguments, Own & Added>;
}

/** Where no report is named. */
export const defaultReports: readonly ReportFormat[] = ['html'];

const someReports = list('--report', oneOf('--report', [...formats, 'none']));

function reports(text: string): ReportFormat[] {
  const named = someReports(text);
  if (named.length > 1 && named.includes('none')) throw new BargeinError(`--report ${text} asks for reports and for none`, 'leave none out');
  return named.filter((name) => name !== 'none');
}

const sessions = wholeNumber('--concurrency', 1, 1000);

function concurrency(text: string): number | 'auto' {
  return text === 'auto' ? text : sessions(text);
}

/** Checked as a whole each time, so that a mistake is found where it stands, be it a flag, a variable or a file. */
function detectorOptions(text: string, previous: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const options = pairs('--detector-option', 'hangoverMs=200')(text, previous);
  parseDetectorOptions(options);
  return options;
}
