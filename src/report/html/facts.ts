import type { Lateness, RunInfo } from '../../types.js';
import type { Summary } from '../../measure/figures.js';
import { counts, milliseconds, nothing } from '../format.js';
import { agreementText } from '../terminal-run.js';
import { html } from './markup.js';
import type { Content, Markup } from './markup.js';
import { warnings } from './trust.js';

/** Names and values. */
export type Facts = readonly (readonly [string, Content])[];

export function factList(facts: Facts): Markup {
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** How true the figures are, how the harness kept its schedule, and what the run was made with. */
export function runFacts(info: RunInfo, summary: Summary): Markup {
  return html`${warnings(info)}
<h3>How true the figures are</h3>${factList(truthFacts(info, summary))}<p class="note">${summary.method}</p>
${circumstances(info)}
${settings(info)}`;
}

/** How the harness kept its schedule, and where. */
export function circumstances(info: RunInfo): Markup {
  return html`<h3>Lateness of the harness</h3>${info.lateness === null ? html`<p class="note">${noLateness(info)}</p>` : factList(latenessFacts(info.lateness, info))}
<h3>Environment</h3>${factList(environmentFacts(info))}`;
}

/** Why there are no figures of lateness. */
function noLateness({ trace, clock }: RunInfo): string {
  if (trace !== null) return 'No harness was there: these are spans of a pipeline.';
  switch (clock) {
    case 'virtual':
      return 'On the virtual clock nothing is late.';
    case 'realtime':
      return 'Not known: no frame was sent.';
  }
}

/** @param scope what they hold for, where that is not one run */
export function settings({ configuration, agentOptions }: Pick<RunInfo, 'configuration' | 'agentOptions'>, scope = ''): Markup {
  return html`<h3>Configuration${scope}</h3>${factList(optionFacts(configuration))}
<h3>Options of the agent${scope}</h3>${Object.keys(agentOptions).length === 0 ? html`<p class="note">It has none.</p>` : factList(optionFacts(agentOptions))}`;
}

function truthFacts({ calibration, agreement, errorBarMs, undisturbedPauseMs }: RunInfo, { groups, invalidReasons, detectors, referenceLost }: Summary): Facts {
  const [all] = groups;
  return [
    ['error bar', errorBarMs === null ? 'not known' : `${milliseconds(errorBarMs, 2)} (p95 of |measured − true|)`],
    ['calibration', calibration === null ? nothing : `${calibration.n} attempts, median ${milliseconds(calibration.medianMs, 2)}, max ${milliseconds(calibration.maxMs, 2)}, ${calibration.falseYields} false yields on ${calibration.controls} controls`],
    ['clocks', agreement === null ? 'not compared' : agreementText(agreement)],
    ['outcomes', counts([['yielded', all.nYielded], ['resumed', all.nResumed], ['talked through', all.nTalkedThrough], ['held', all.nHeld], ['invalid', all.nInvalidHarness + all.nInvalidAgent], ['errored', all.nErrored]])],
    ['invalid', invalidReasons.length === 0 ? 'none' : `${all.nInvalidHarness} by the harness, ${all.nInvalidAgent} by the agent: ${counts(invalidReasons.map(({ reason, count }) => [reason, count]))}`],
    ['detectors', detectors.compared === 0 ? nothing : `${detectors.compared} attempts judged by both, ${milliseconds(detectors.medianMs)} apart at the median, ${detectors.disagreements} disagreements${referenceLost > 0 ? `; reference lost in ${referenceLost}` : ''}`],
    ...(undisturbedPauseMs === null ? [] : ([['longest pause of the agent', milliseconds(undisturbedPauseMs)]] as const)),
  ];
}

function latenessFacts(lateness: Lateness, { sessions }: RunInfo): Facts {
  return [
    ['frames sent', `p50 ${milliseconds(lateness.sendP50Ms, 3)}, p99 ${milliseconds(lateness.sendP99Ms, 2)}, max ${milliseconds(lateness.sendMaxMs, 2)} late`],
    ['empty deadlines (the floor)', `p50 ${milliseconds(lateness.loopP50Ms, 3)}, p99 ${milliseconds(lateness.loopP99Ms, 2)}, max ${milliseconds(lateness.loopMaxMs, 2)} late`],
    ['realtime ratio', lateness.realtimeRatio.toFixed(4)],
    ['spoilt by the harness and tried again', lateness.triedAgain ?? nothing],
    ['sessions at once', sessions ?? nothing],
  ];
}

function environmentFacts(info: RunInfo): Facts {
  const { environment, runId, runKey, startedAt, clock, trace } = info;
  return [
    ['run', `${runId} (key ${runKey})`],
    ['started', startedAt ?? 'not stamped on the virtual clock'],
    ['clock', clock],
    ...(trace === null ? replayFacts(info) : []),
    ['bargein', environment.version],
    ['Node', environment.node],
    ['system', environment.os],
    ['processor', `${environment.cpu}, ${environment.cores} cores, load ${environment.load1}`],
  ];
}

/** What a trace does not have: nobody drew anything. */
function replayFacts({ seed, corpus, draw, shard, turns }: RunInfo): Facts {
  return [
    ['draw', `${draw.profile}, ${draw.attempts} attempts, hash ${draw.hash}, seed ${seed}${shard === null ? '' : `, shard ${shard.index} of ${shard.of}`}`],
    ['corpus', `${corpus.name}, hash ${corpus.hash}`],
    ['turns of the agent', turns],
  ];
}

function optionFacts(options: Readonly<Record<string, unknown>>): Facts {
  return Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, html`<code>${typeof value === 'string' ? value : JSON.stringify(value)}</code>`]);
}
