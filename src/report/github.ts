import { caveatOf } from '../measure/trace-trust.js';
import { describeLine } from './comparison-text.js';
import { gateCount } from './gate-text.js';
import { percent, percentileName, percentileValue } from './format.js';
import { safe } from './layout.js';
import type { Report } from './report.js';

type Level = 'error' | 'warning' | 'notice';

/**
 * Annotations of a GitHub Actions job, as workflow commands for standard output, one a line: an error for a run that cannot be
 * trusted, for each gate that failed and each regression, a warning for each warning, a notice with the headline. GitHub keeps ten of
 * each level in a step: the weightier come first.
 */
export function githubAnnotations({ info, summary, gates, comparison }: Report): string {
  const lines = [
    ...(info.untrusted.length > 0 ? [command('error', 'This run cannot be trusted', info.untrusted.join('\n'))] : []),
    ...gates.filter(({ passed }) => !passed).map(({ gate, reason }) => command('error', `Gate failed: ${gate.text}`, reason)),
    ...(comparison?.lines ?? [])
      .filter(({ verdict }) => verdict === 'regressed')
      .map((line) => command('error', `Regressed: ${line.metric}`, `${describeLine(line)}\nbaseline: ${comparison?.base.label} (run ${comparison?.base.runId})`)),
    ...(comparison?.warnings ?? []).map((warning) => command('warning', 'Comparison with the baseline', warning)),
    ...info.warnings.map(({ seen, cause, remedy }) => command('warning', seen, `likely cause: ${cause}\ntry: ${remedy}`)),
    command('notice', `bargein: ${info.agent} (${info.label})`, [headline({ summary }), ...(info.trace === null ? [] : [caveatOf(info.trace, summary.groups[0].n)]), ...(gates.length > 0 ? [gateCount(gates)] : [])].join('\n')),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Yield and hold in two lines: never one score. */
function headline({ summary: { groups } }: Pick<Report, 'summary'>): string {
  const [all] = groups;
  const rates = all.limits.map(({ limitMs, interrupt }) => `${percent(interrupt.rate)} within ${limitMs} ms`).join(', ');
  const percentiles = all.percentiles.map((figure) => `${percentileName(figure.p)} ${percentileValue(figure)}`).join(', ');
  const { falseYield } = all;
  return [
    `yield: ${rates}; ${percentiles} (${all.nInterruptions} valid interruptions)`,
    `hold: ${percent(falseYield.rate)} false yields (${falseYield.count} of ${falseYield.n})`,
  ].join('\n');
}

function command(level: Level, title: string, message: string): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(message)}`;
}

/**
 * As the toolkit of GitHub Actions escapes them (`@actions/core`, command.ts): a line break would end the command, and what
 * comes after it could be a command of its own. Other control characters are shown as `?`.
 */
function escapeData(text: string): string {
  const lines = text.split(/\r\n|\r|\n/).map(safe);
  return lines.join('\n').replaceAll('%', '%25').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
