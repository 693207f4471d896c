import { Command } from '@commander-js/extra-typings';
import { exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { Terminal } from './terminal.js';
import { number, share, shortText } from './values.js';

const examples = `
BASE and HEAD are folders of results, or names of baselines (--save-baseline).

Examples:
  bargein compare results/main results/branch
  bargein compare main results/branch --fail-on-regression
  bargein compare results/before results/after --margin-rate 3% --margin-ms 10`;

/** The command with every flag, without what it does. */
export function declareCompare() {
  return new Command('compare')
    .summary('hold two runs of the same attempts against each other')
    .description('Hold two runs of the same attempts against each other, attempt by attempt: what improved, what regressed, what is within noise, and how small a change these attempts could have shown.')
    .argument('<base>', 'the run to compare with')
    .argument('<head>', 'the run in question')
    .option('--allow-mismatch', 'go on where the runs differ in more than the build, and show in what')
    .option('--margin-rate <share>', 'within noise: a change of a rate this large is ruled out (default: 5%)', share('--margin-rate', '5%'))
    .option('--margin-ms <ms>', 'the same of a percentile, in ms (default: 20)', number('--margin-ms', 0.001, 10_000, 'ms'))
    .option('--fail-on-regression', 'end with code 1 where a figure has regressed')
    .option('--output <path>', 'where to write the comparison: a file, or a folder for compare.csv: no extension (default: the folder of HEAD; where that is a baseline, of BASE, else here)', shortText('--output', 1000))
    .option('--json', 'print one JSON document instead of the tables')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', examples);
}

export type CompareFlags = ReturnType<ReturnType<typeof declareCompare>['opts']>;

/** `bargein compare`. Runs that cannot be trusted are compared, with a warning; the code is that of the comparison. */
export async function compare([baseName, headName]: readonly [string, string], flags: CompareFlags, terminal: Terminal): Promise<ExitCode> {
  const [{ compareRuns, defaultMargins }, { buildDifferences }, { isBaselineFolder }, { loadResults }, { comparisonFiles, writeComparison }] = await Promise.all([
    import('../measure/compare.js'),
    import('../measure/comparison-builds.js'),
    import('../report/folder.js'),
    import('../report/results.js'),
    import('../report/comparison-files.js'),
  ]);
  const [base, head] = [loadResults(baseName), loadResults(headName)];
  const target = folderFor([base.folder, head.folder], isBaselineFolder);
  const files = comparisonFiles(target, flags.output);
  const comparison = compareRuns(base, head, {
    allowMismatch: flags.allowMismatch === true,
    margins: { rate: flags.marginRate ?? defaultMargins.rate, ms: flags.marginMs ?? defaultMargins.ms },
  });
  writeComparison(files, comparison);
  const builds = buildDifferences(base.info, head.info);
  const [{ comparePage }, { writeResult }] = await Promise.all([import('../report/html/compare-page.js'), import('../report/folder.js')]);
  const withinMs = base.info.withinMs.filter((limitMs) => head.info.withinMs.includes(limitMs));
  writeResult(files.page, comparePage({ comparison, builds, base: base.results, head: head.results, withinMs }), 'choose another file with --output');
  if (flags.json) {
    const { stableJson } = await import('../report/run-json.js');
    terminal.out(stableJson({ ...comparison, builds }));
    if (target !== head.folder) terminal.err(`written: ${files.figures}, ${files.flips}, ${files.page}\n`);
    for (const text of [...comparison.mismatches.map((mismatch) => `the runs differ: ${mismatch}`), ...comparison.warnings]) terminal.err(`warning: ${text}\n`);
  } else {
    const { renderComparison } = await import('../report/terminal-compare.js');
    terminal.out(`${renderComparison(comparison, terminal, builds)}\nWritten: ${files.figures}, ${files.flips}, ${files.page}\n`);
  }
  const regressed = comparison.lines.filter(({ verdict }) => verdict === 'regressed').map(({ metric }) => metric);
  if (regressed.length === 0 || !flags.failOnRegression) return exitCode.ok;
  terminal.err(`regressed: ${regressed.join(', ')}\n`);
  return exitCode.gateFailed;
}

/** Where a comparison goes: to the run in question, but into no baseline, which git may keep. */
function folderFor([base, head]: readonly [string, string], isBaseline: (folder: string) => boolean): string {
  return [head, base].find((folder) => !isBaseline(folder)) ?? '.';
}
