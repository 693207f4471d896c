import type { RunConfig, RunInfo } from '../../types.js';
import { variedValues } from '../sweep-report.js';
import type { SweepReport } from '../sweep-report.js';
import { circumstances, factList, settings } from './facts.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import { warnings } from './trust.js';

/** How a sweep was measured: what its points differ in, and what they have in common. */
export function sweepFacts(report: SweepReport): Markup {
  const { run, subject, points, figures } = report;
  const varied = variedValues(report);
  const differing = varied.map(([name, values]) => [name, html`<code>${values.join(', ')}</code>`] as const);
  const ofOne = subject === 'agent' && points.length > 1 && html`<p class="note">Warnings, lateness and environment are those of the reference point, #${figures.reference + 1}; run.json below points/ has those of each.</p>`;
  return html`<h3>What differs between the points</h3>${differing.length === 0 ? html`<p class="note">Nothing was varied.</p>` : factList(differing)}
${settings(withoutOptions(report, varied.map(([name]) => name)), points.length > 1 ? ', the same at every point' : '')}
${ofOne}${warnings(run)}
${circumstances(run)}`;
}

/** The settings of a run without those of these names, which are options of what was swept. */
function withoutOptions({ run: { configuration, agentOptions }, subject }: SweepReport, names: readonly string[]): Pick<RunInfo, 'configuration' | 'agentOptions'> {
  switch (subject) {
    case 'agent':
      return { configuration: omitIn(configuration, 'agentOptions', names), agentOptions: omit(agentOptions, names) };
    case 'detector':
      // The name of the detector is no option of it.
      return { configuration: omit(omitIn(configuration, 'detectorOptions', names), names), agentOptions };
  }
}

function omitIn(configuration: RunInfo['configuration'], key: keyof RunConfig, names: readonly string[]): RunInfo['configuration'] {
  const given = configuration[key] as Readonly<Record<string, unknown>> | undefined;
  return given === undefined ? configuration : { ...configuration, [key]: omit(given, names) };
}

function omit<Value>(of: Readonly<Record<string, Value>>, names: readonly string[]): Record<string, Value> {
  return Object.fromEntries(Object.entries(of).filter(([name]) => !names.includes(name)));
}
