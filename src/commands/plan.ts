import { Command } from '@commander-js/extra-typings';
import { exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { Terminal } from './terminal.js';
import { number, repeated, share, shortText, wholeNumber } from './values.js';

const examples = `
Paired: both builds meet the same attempts (\`bargein compare\`). Then what counts
is how many attempts come out differently at all, the discordance: two runs
of one build with different seeds, given with --from twice, measure it.

Examples:
  bargein plan --rate 0.85 --detect 0.05
  bargein plan --detect 3% --discordance 6% --power 0.8
  bargein plan --from results/seed-1 --from results/seed-2 --within 100`;

/** The command with every flag, without what it does. */
export function declarePlan() {
  return new Command('plan')
    .summary('how many attempts it takes to show a change')
    .description('How many interruptions two runs need to show a change of a rate, and how small a change each profile can show.')
    .option('--rate <share>', 'the rate a change is looked for from (default: that of --from, else 85%)', share('--rate', '85%'))
    .option('--detect <share>', 'the change that must show (default: 5%)', share('--detect', '5%'))
    .option('--power <share>', 'how surely it must show (default: 90%)', share('--power', '90%'))
    .option('--discordance <share>', 'share of attempts that come out differently (default: that of two --from, else 10%)', share('--discordance', '10%'))
    .option('--design-effect <factor>', 'how many times shared clips make the variance larger (default: that of --from, else 1)', number('--design-effect', 1, 1000))
    .option('--from <results>', 'take rate and effect of clips from a run; twice: discordance too', repeated)
    .option('--within <ms>', 'the latency limit that --from is read at', wholeNumber('--within', 1, 10_000), 100)
    .option('--corpus <dir>', 'folder with manifest.json and clips (default: the one that comes along)', shortText('--corpus', 1000))
    .option('--json', 'print one JSON document instead of the text')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', examples);
}

export type PlanFlags = ReturnType<ReturnType<typeof declarePlan>['opts']>;

/** `bargein plan`. */
export async function plan(flags: PlanFlags, terminal: Terminal): Promise<ExitCode> {
  const [{ readAssumptions }, { attemptsFor }, { comparedLines, profileReaches }, { describePlan, planToJson }] = await Promise.all([
    import('./plan-assumptions.js'),
    import('../measure/plan-power.js'),
    import('./plan-profiles.js'),
    import('./plan-text.js'),
  ]);
  const assumptions = readAssumptions(flags);
  const needed = attemptsFor(assumptions.question, comparedLines);
  const profiles = await profileReaches(flags.corpus, assumptions.question);
  const answer = { ...assumptions, needed, profiles };
  for (const warning of assumptions.warnings) terminal.err(`warning: ${warning}\n`);
  terminal.out(flags.json ? planToJson(answer) : describePlan(answer));
  return exitCode.ok;
}
