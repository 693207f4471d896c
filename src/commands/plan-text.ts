import { directionOf } from '../measure/plan-power.js';
import type { Needed } from '../measure/plan-power.js';
import { wrap } from '../report/layout.js';
import { stableJson } from '../report/run-json.js';
import type { Assumptions } from './plan-assumptions.js';
import { comparedLines } from './plan-profiles.js';
import type { ProfileReach } from './plan-profiles.js';
import { renderTable } from './table.js';

export interface PlanAnswer extends Assumptions {
  readonly needed: Needed;
  readonly profiles: readonly ProfileReach[];
}

const width = 80;

/** The question with its assumptions, the attempts it takes, and what the profiles can do; at most 80 columns. */
export function describePlan({ question, sources, needed, profiles }: PlanAnswer): string {
  const { rate, detect, power, discordance, pairedDesign, unpairedDesign } = question;
  const to = rate + directionOf(question) * detect;
  const text = (...lines: string[]) => lines.flatMap((line) => wrap(line, width, /^ */.exec(line)?.[0])).map((line) => `${line}\n`).join('');
  const design = (factor: number, source: string) => `${factor.toFixed(2)} ${source}`;
  return [
    text(`Valid interruptions that each run needs to show a change from ${percent(rate)} (${sources.rate}) to ${percent(to)} with a power of ${percent(power)}, two-sided at 5 %:`),
    '\n',
    renderTable(
      [
        { head: '', align: 'left' },
        { head: 'interruptions', align: 'right' },
      ],
      [
        [`among the ${comparedLines} lines of \`bargein compare\`, paired`, String(needed.pairedAmongLines)],
        [`this figure alone, paired`, String(needed.paired)],
        ['this figure alone, unpaired', String(needed.unpaired)],
      ],
    ),
    '\n',
    text(
      `Paired: ${percent(discordance)} of the attempts come out differently (${sources.discordance}).`,
      `Effect of clips on the variance: paired ${design(pairedDesign, sources.pairedDesign)}, unpaired ${design(unpairedDesign, sources.unpairedDesign)}.`,
      ...(sources.pairedDesign === 'assumed' ? ['  Paired, 1 assumes that what changes does not gather in few clips; two runs given with --from measure it.'] : []),
      ...(sources.unpairedDesign === 'assumed' ? ['  Unpaired, 1 assumes that every attempt has its own clips; in a draw they share them, and a run given with --from measures what that costs.'] : []),
    ),
    '\n',
    text('The smallest change that the interruptions of each profile show, in points:'),
    '\n',
    renderTable(
      ['profile', 'interruptions', 'user clips', 'agent clips', 'paired', `of ${comparedLines} lines`, 'unpaired'].map((head, i) => ({ head, align: i === 0 ? 'left' : 'right' })),
      profiles.map(({ profile, attempts, userClips, agentClips, paired, pairedAmongLines, unpaired }) => [
        profile, String(attempts), String(userClips), String(agentClips), points(paired), points(pairedAmongLines), points(unpaired),
      ]),
    ),
    '\n',
    text(`Of ${comparedLines} lines: as \`bargein compare\` corrects for them, whatever the others say. --repeat adds attempts but no clips.`),
  ].join('');
}

export function planToJson({ question, sources, needed, profiles }: PlanAnswer): string {
  return stableJson({ question, sources, needed, comparedLines, profiles });
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function points(value: number | null): string {
  return value === null ? '-' : (100 * value).toFixed(1);
}
