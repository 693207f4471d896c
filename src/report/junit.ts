import junit from 'junit-report-builder';
import type { Builder, TestSuite } from 'junit-report-builder';
import type { GroupFigures } from '../measure/figures.js';
import { caveatOf } from '../measure/trace-trust.js';
import { comparedDifference, comparedInterval, comparedValue, describeLine } from './comparison-text.js';
import { percent, percentileInterval, percentileName, percentileValue, rateInterval } from './format.js';
import { gateEstimate, gateInterval } from './gate-text.js';
import { safe } from './layout.js';
import type { Report } from './report.js';

/** The module is the builder itself; its types say that it has it as `default`. */
const library = junit as unknown as Builder;

/**
 * JUnit XML, four suites (docs/gates.md): the trust of the run (an error where there is none), a case a gate, a case a line of
 * the comparison (a failure where it regressed), a case an attempt group (skipped where nothing valid was measured).
 * Without times and stamps: equal runs give equal bytes.
 */
export function junitXml(report: Report): string {
  const builder = library.newBuilder().name('bargein');
  const suite = (name: string) => builder.testSuite().name(`bargein.${name}`);
  addTrust(suite('trust'), report);
  if (report.gates.length > 0) addGates(suite('gates'), report);
  if (report.comparison !== null) addComparison(suite('comparison'), report);
  addGroups(suite('groups'), report);
  return `${builder.build()}\n`;
}

function addTrust(suite: TestSuite, { info, summary }: Report): void {
  const { runId, label, agent, clock, version, corpus, draw, seed, untrusted, warnings } = info;
  const facts = { run_id: runId, label, agent, clock, version, corpus: corpus.name, draw: draw.profile, seed: String(seed) };
  for (const [name, value] of Object.entries(facts)) suite.property(name, safe(value));
  const testCase = suite.testCase().className('bargein.trust').name('the run can be trusted');
  const notes = [
    ...(info.trace === null ? [] : [caveatOf(info.trace, summary.groups[0].n)]),
    `error bar: ${info.errorBarMs === null ? 'not known' : `${info.errorBarMs.toFixed(2)} ms`}`,
    ...(info.unfinished > 0 ? [`not measured: ${info.unfinished} of the attempts planned`] : []),
    summary.method,
    ...warnings.map(({ seen, cause, remedy }) => `warning: ${seen}; likely cause: ${cause}; try: ${remedy}`),
  ];
  if (untrusted.length > 0) testCase.error(untrusted.map(safe).join('; '), 'untrusted');
  testCase.standardOutput(textOf(notes));
}

function addGates(suite: TestSuite, { gates }: Report): void {
  for (const result of gates) {
    const testCase = suite.testCase().className('bargein.gates').name(safe(result.gate.text));
    if (!result.passed) testCase.failure(safe(result.reason), 'gate');
    testCase.standardOutput(textOf([`seen: ${gateEstimate(result)}`, `95 % interval: ${gateInterval(result)}`, result.reason]));
  }
}

function addComparison(suite: TestSuite, { comparison }: Report): void {
  if (comparison === null) return;
  const { base, head, lines, mismatches, warnings, method } = comparison;
  for (const [side, run] of [['base', base], ['head', head]] as const) {
    suite.property(`${side}_run_id`, safe(run.runId)).property(`${side}_label`, safe(run.label));
  }
  for (const mismatch of mismatches) suite.property('differs', safe(mismatch));
  for (const warning of warnings) suite.property('warning', safe(warning));
  suite.property('method', safe(method));
  for (const line of lines) {
    const testCase = suite.testCase().className('bargein.comparison').name(safe(line.metric));
    if (line.verdict === 'regressed') testCase.failure(safe(describeLine(line)), 'regression');
    testCase.standardOutput(
      textOf([
        `verdict: ${line.verdict}`,
        `base: ${comparedValue(line, line.base)}`,
        `head: ${comparedValue(line, line.head)}`,
        `difference: ${comparedDifference(line)}`,
        `95 % interval: ${comparedInterval(line)}`,
        `pairs: ${line.n}`,
        ...(line.note === null ? [] : [line.note]),
      ]),
    );
  }
}

/** A group passes or fails by no figure of its own: gates do. */
function addGroups(suite: TestSuite, { summary }: Report): void {
  for (const figures of summary.groups) {
    const testCase = suite.testCase().className(`bargein.groups.${figures.group}`).name(safe(figures.value ?? 'all'));
    if (figures.nValid === 0) testCase.skipped();
    testCase.standardOutput(textOf(figures.nValid === 0 ? [nothingValid(figures)] : figureLines(figures)));
  }
}

function nothingValid({ n, nInvalidHarness, nInvalidAgent, nErrored }: GroupFigures): string {
  return `nothing valid was measured: attempts ${n}, invalid ${nInvalidHarness} by the harness and ${nInvalidAgent} by the agent, errored ${nErrored}`;
}

function figureLines(figures: GroupFigures): string[] {
  const { n, nValid, nInvalidHarness, nInvalidAgent, nErrored, nInterruptions, limits, percentiles, falseYield, controlYield } = figures;
  const yields = [
    `valid interruptions: ${nInterruptions}`,
    ...limits.flatMap(({ limitMs, interrupt, quiet }) => [
      `interrupt_rate@${limitMs}: ${percent(interrupt.rate)} (${rateInterval(interrupt)})`,
      `quiet_rate@${limitMs}: ${percent(quiet.rate)} (${rateInterval(quiet)})`,
    ]),
    ...percentiles.map((figure) => `${percentileName(figure.p)}: ${percentileValue(figure)} (${percentileInterval(figure)})`),
  ];
  const holds = ([['false_yield_rate', falseYield], ['control_yield_rate', controlYield]] as const)
    .filter(([, { n: base }]) => base > 0)
    .map(([name, figure]) => `${name}: ${percent(figure.rate)} (${rateInterval(figure)}), ${figure.count} of ${figure.n}, ${figure.recovered} resumed`);
  return [
    `attempts: ${n}, valid ${nValid}, invalid ${nInvalidHarness} by the harness and ${nInvalidAgent} by the agent, errored ${nErrored}`,
    ...(nInterruptions > 0 ? yields : []),
    ...holds,
  ];
}

/** Lines of a case's output; what XML cannot hold is shown as `?`. The library escapes only the first end of a CDATA section. */
function textOf(lines: readonly string[]): string {
  return lines.map(safe).join('\n').replaceAll(']]>', ']] >');
}
