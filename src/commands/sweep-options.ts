import { Command } from '@commander-js/extra-typings';
import type { OptionValues } from '@commander-js/extra-typings';
import { axes } from './grid.js';
import { addOptions, configOptions, executionOptions, keepAudio, measureOptions, replayOptions } from './option-groups.js';
import type { FlagsOf } from './option-groups.js';
import { oneOf, pairs, share, shortText, wholeNumber } from './values.js';

const examples = `
Every point is run on the same attempts with the same seeds, and leaves its own
results below points/ in the folder: \`bargein compare\` takes them.

Examples:
  bargein sweep --param vad.threshold=0.4:0.65:0.05 --max-false-yield 5%
  bargein sweep --param tts.chunkMs=30,60,200 --param flush=true,false
  bargein sweep vad`;

function gridOptions() {
  return new Command()
    .optionsGroup('What to sweep:')
    .option('--param <name=values>', 'an option of the agent with its values: a,b,c or from:to:step, both ends included (repeatable: every combination)', axes('--param'))
    .option('--reference <name=value>', "the point that the others are held against, e.g. vad.threshold=0.5 (repeatable; default: the agent's own values where the grid has them, else the first)", pairs('--reference', 'vad.threshold=0.5'))
    .optionsGroup('What to choose by:')
    .option('--objective-within <ms>', 'the latency limit that counts, one of --within (default: the middle one)', wholeNumber('--objective-within', 1, 10_000))
    .option('--max-false-yield <share>', 'backchannels and noise may make it yield this often at most, e.g. 5%', share('--max-false-yield', '5%', { zero: true, one: true }))
    .option('--min-rate <share>', 'interruptions must make it yield in time this often at least, e.g. 80%', share('--min-rate', '80%', { zero: true, one: true }));
}

function sweepOutputOptions() {
  return new Command()
    .optionsGroup('What to write:')
    .option('--output <dir>', 'folder for the results (default: results/sweep-<name or agent>-<profile>)')
    .option('--resume', 'go on with the sweep in --output')
    .option('--force', 'replace the sweep in --output')
    .option('--label <text>', 'names the build (default: the commit that CI sets, else local)', shortText('--label'))
    .option('--keep-audio <which>', 'all, failures or none: attempts to keep as WAV at each point', oneOf('--keep-audio', keepAudio), 'none' as const)
    .option('--json', 'print one JSON document instead of the tables')
    .option('--quiet', 'no progress on standard error');
}

export type SweepFlags = FlagsOf<typeof gridOptions> &
  FlagsOf<typeof replayOptions> &
  FlagsOf<typeof measureOptions> &
  Omit<FlagsOf<typeof executionOptions>, 'clockCheck'> &
  FlagsOf<typeof sweepOutputOptions> &
  FlagsOf<typeof configOptions>;

/** The command with every flag, without what it does. */
export function declareSweep(): Command<[string | undefined], SweepFlags> {
  const sweep = new Command('sweep')
    .summary('replay the same attempts at many settings of an agent')
    .description('Replay the same attempts at every point of a grid of agent options, and show what each setting buys: interruptions yielded to in time against backchannels and noise that should not have stopped it.')
    .argument('[name]', 'a sweep of the configuration file');
  const replaying = addOptions(addOptions(addOptions(addOptions(sweep, gridOptions), replayOptions), measureOptions), executionWithoutClocks);
  return addOptions(addOptions(replaying, sweepOutputOptions), configOptions).helpOption('-h, --help', 'show this text').addHelpText('after', examples);
}

/** A sweep compares settings, not clocks: its points are runs that leave that out. */
function executionWithoutClocks(): Command<[], Omit<FlagsOf<typeof executionOptions>, 'clockCheck'>> {
  const kept = new Command();
  for (const option of executionOptions().options) if (option.attributeName() !== 'clockCheck') kept.addOption(option);
  return kept as unknown as Command<[], Omit<FlagsOf<typeof executionOptions>, 'clockCheck'> & OptionValues>;
}
