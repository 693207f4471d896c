import { Command } from '@commander-js/extra-typings';
import { addOptions, configOptions, executionOptions, judgeOptions, measureOptions, monitorOptions, outputOptions, replayOptions, reportOptions, shardOptions } from './option-groups.js';
import type { FlagsOf } from './option-groups.js';
import { exportOptions, receiveOptions } from './trace-options.js';

const examples = `
Flags can be set by variables (--limit: BARGEIN_LIMIT) and in a file as well:
see docs/configuration.md.

Examples:
  bargein run --agent reference:before --limit 50
  bargein run --filter persona=angry,soft --within 100,250,500
  bargein run --condition telephone,echo --profile quick --dry-run
  bargein run --gate 'p95 <= 250' --gate 'false_yield_rate <= 5%'`;

/** Flags that every command which replays attempts needs: `resolveRun` makes a RunConfig of them. */
export type ReplayFlags = FlagsOf<typeof replayOptions> & FlagsOf<typeof measureOptions> & FlagsOf<typeof executionOptions> & FlagsOf<typeof outputOptions>;
/** Flags of `run` alone. */
export type JudgeFlags = FlagsOf<typeof shardOptions> & FlagsOf<typeof judgeOptions> & FlagsOf<typeof reportOptions> & FlagsOf<typeof exportOptions> & FlagsOf<typeof receiveOptions> & FlagsOf<typeof monitorOptions>;
export type RunFlags = ReplayFlags & JudgeFlags & FlagsOf<typeof configOptions>;

/** The command with every flag, without what it does. */
export function declareRun(): Command<[], RunFlags> {
  const run = new Command('run')
    .summary('replay recorded interruptions against a voice agent')
    .description('Replay recorded interruptions against a voice agent, and report how often and how fast it goes quiet, and how well it holds through everything else.');
  const replaying = addOptions(addOptions(addOptions(addOptions(run, replayOptions), shardOptions), measureOptions), executionOptions);
  const judging = addOptions(addOptions(addOptions(addOptions(replaying, monitorOptions), judgeOptions), outputOptions), reportOptions);
  const tracing = addOptions(addOptions(addOptions(judging, exportOptions), receiveOptions), configOptions);
  return tracing.helpOption('-h, --help', 'show this text').addHelpText('after', examples);
}
