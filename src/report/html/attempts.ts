import type { AttemptResult, Ms } from '../../types.js';
import { isFailure } from '../evidence.js';
import type { Report } from '../report.js';
import type { Timeline, TimelineSet } from '../timeline.js';
import { kindOf, kinds } from './kinds.js';
import type { KindName } from './kinds.js';
import { html, plain } from './markup.js';
import type { Markup } from './markup.js';

/** Every attempt: a strip of outcomes, a list to sort and filter, and the timeline of the one that is picked. The script of the page fills it. */
export function attemptBrowser({ results, info, timelines }: Report): Markup {
  if (results.length === 0) return html`<p class="note">There are no attempts.</p>`;
  const counts = new Map<KindName, number>();
  for (const result of results) counts.set(kindOf(result, info.withinMs), (counts.get(kindOf(result, info.withinMs)) ?? 0) + 1);
  const present = (Object.keys(kinds) as KindName[]).filter((name) => counts.has(name));
  return html`${missingNote(timelines)}
<ul class="legend kinds">${present.map((name) => html`<li><i class="cell ${kinds[name].css}" aria-hidden="true">${kinds[name].letter}</i>${kinds[name].name} <small>${counts.get(name) ?? 0}</small></li>`)}</ul>
<div id="strip" class="strip" role="listbox" tabindex="0" aria-label="Outcome of every attempt in the order of the draw. Arrow keys or j and k move, n and p go to the next and previous miss.">${results.map((result, i) => stripCell(result, i, info.withinMs))}</div>
<p class="keys"><kbd>j</kbd> <kbd>k</kbd> or arrows: next and previous attempt · <kbd>n</kbd> <kbd>p</kbd>: next and previous miss · <kbd>space</kbd> on the player: play</p>
<div id="attempt" class="attempt" aria-live="off"><div class="attempt-head"><h3 id="attempt-title" tabindex="-1">Pick an attempt</h3>
<div class="buttons"><button type="button" data-step="-1">previous</button><button type="button" data-step="1">next</button><button type="button" data-miss="-1">previous miss</button><button type="button" data-miss="1">next miss</button></div></div>
<p id="attempt-status" class="hidden" role="status" aria-live="polite"></p>
<div id="timeline" class="timeline"></div>
<div id="player" class="player"></div>
<dl id="facts" class="facts"></dl></div>
<form class="filters" data-filters="list" aria-label="Filter the attempts"><label>outcome <select name="kind"><option value="">all</option><option value="miss">all misses</option>${present.map((name) => html`<option value="${name}">${kinds[name].name}</option>`)}</select></label>
${(['intent', 'persona', 'condition'] as const).map((key) => html`<label>${key} <select name="${key}"><option value="">all</option>${[...new Set(results.map(({ attempt }) => attempt[key]))].sort().map((value) => html`<option>${value}</option>`)}</select></label>`)}
<label>clip or id <input name="text" type="search" size="14" autocomplete="off"></label><button type="reset">clear</button><output aria-live="polite"></output></form>
<div class="scroll tall" tabindex="0" role="region" aria-label="List of attempts"><table id="list" class="sortable"><caption>Attempts. A row opens the timeline above.</caption>
<thead><tr>${['attempt', 'outcome'].map(textHead)}<th scope="col" class="n"><button type="button">stop, ms</button></th>${['intent', 'persona', 'condition', 'user clip', 'agent clip'].map(textHead)}<th scope="col" class="n"><button type="button">offset, ms</button></th></tr></thead><tbody></tbody></table></div>
<p class="note on-paper">The list of attempts is not printed: attempts.csv has every one.</p>
<noscript><p class="note">The list and the timelines need the script of this page; attempts.csv holds the same attempts.</p></noscript>`;
}

function textHead(name: string): Markup {
  return html`<th scope="col" class="t"><button type="button">${name}</button></th>`;
}

function missingNote(timelines: TimelineSet | undefined): Markup | null {
  const missing = timelines === undefined ? 'the recordings were not looked at' : timelines.missing;
  return missing === null ? null : html`<p class="note warn">${timelines === undefined || timelines.byAttempt.size === 0 ? 'No timelines' : 'Not all timelines'}: ${missing}.</p>`;
}

function stripCell(result: AttemptResult, index: number, withinMs: readonly Ms[]): Markup {
  const { css, letter, name } = kinds[kindOf(result, withinMs)];
  const { id, intent, persona, condition } = result.attempt;
  const latency = result.stopLatencyMs === null ? '' : `, ${result.stopLatencyMs.toFixed(0)} ms`;
  return html`<i id="a${index}" role="option" aria-selected="false" class="cell ${css}" title="${id}: ${name}${latency} (${intent}, ${persona}, ${condition})">${letter}</i>`;
}

/** What the script of the page is told of each attempt, in the order of the strip. Text goes into the page as text there, too. */
export function attemptData({ results, info, timelines }: Report): unknown {
  return {
    withinMs: info.withinMs,
    kinds,
    attempts: results.map((result) => rowOf(result, info.withinMs, timelines?.byAttempt.get(result.attempt.id))),
  };
}

const tenth = (ms: Ms | null) => (ms === null ? null : Math.round(10 * ms) / 10);

function rowOf(result: AttemptResult, withinMs: readonly Ms[], timeline: Timeline | undefined): unknown {
  const { attempt } = result;
  // What nobody chose or counted in a call that was only traced.
  const traced = result.detector === 'spans';
  return {
    id: plain(attempt.id),
    kind: kindOf(result, withinMs),
    miss: isFailure(result, withinMs) ? 1 : 0,
    intent: plain(attempt.intent),
    persona: plain(attempt.persona),
    condition: plain(attempt.condition),
    user: attempt.userClip === null ? null : plain(attempt.userClip),
    agent: plain(attempt.agentClip),
    offset: tenth(result.actualOffsetMs ?? (traced ? null : attempt.offsetMs)),
    stop: tenth(result.stopLatencyMs),
    stopLo: tenth(result.stopLatencyLoMs),
    wire: tenth(result.wireStopLatencyMs),
    detect: tenth(result.detectMs),
    cancel: tenth(result.cancelMs),
    reply: tenth(result.responseLatencyMs),
    again: tenth(result.resumedAfterMs),
    observed: tenth(result.observedMs),
    depth: tenth(result.bufferDepthMs),
    late: tenth(result.sendLatenessMs),
    underruns: traced ? null : result.underruns,
    detector: result.detector,
    why: result.invalidReason ?? (result.error === null ? null : plain(result.error)),
    line: timeline === undefined ? null : lineOf(timeline),
  };
}

/** Times from the user's onset where there is one, else from the beginning. */
function lineOf({ fromMs, toMs, userOnsetMs, userEndMs, events, flushesMs, caller, agent, depth, deepestMs, audibleDbfs, audio, file }: Timeline): unknown {
  const zeroMs = userOnsetMs ?? 0;
  const at = (ms: Ms) => tenth(ms - zeroMs);
  return {
    from: at(fromMs),
    to: at(toMs),
    start: tenth(fromMs),
    onset: userOnsetMs === null ? 0 : 1,
    end: userEndMs === null ? null : at(userEndMs),
    events: events.map(({ kind, atMs }) => [kind, at(atMs)]),
    flushes: flushesMs.map(at),
    caller,
    agent,
    depth,
    deepest: tenth(deepestMs),
    audible: tenth(audibleDbfs),
    audio,
    file: file === null ? null : plain(file),
  };
}
