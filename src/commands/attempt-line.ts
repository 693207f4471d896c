import type { AttemptResult, Intent } from '../types.js';

/** An attempt and how it ended in one line: `f0002 interrupted at 1.7 s (soft, clean): quiet after 84 ms`. */
export function describeAttempt(result: AttemptResult): string {
  const { attempt } = result;
  const { id, intent, offsetMs, persona, condition } = attempt;
  const where = intent === 'control' ? '' : ` at ${(offsetMs / 1000).toFixed(1)} s`;
  return `${id} ${happenings[intent]}${where} (${persona === 'none' ? '' : `${persona}, `}${condition}): ${endOf(result)}`;
}

const happenings: Readonly<Record<Intent, string>> = {
  interruption: 'interrupted',
  backchannel: 'an "mm-hm"',
  noise: 'a noise',
  control: 'nobody spoke',
};

/** How an attempt ended, in words; ms from the user's onset. */
function endOf({ attempt, outcome, stopLatencyMs, observedMs, resumedAfterMs, invalidReason, error }: AttemptResult): string {
  const stop = stopLatencyMs === null ? 'quiet' : `quiet after ${Math.round(stopLatencyMs)} ms`;
  switch (outcome) {
    case 'yielded':
      return attempt.intent === 'interruption' ? stop : `${stop}, where it should have gone on`;
    case 'resumed':
      return `${stop}, and on again${resumedAfterMs === null ? '' : ` after ${Math.round(resumedAfterMs)} ms`}`;
    case 'talked-through':
      return observedMs === null ? 'talked through' : `still talking ${Math.round(observedMs)} ms later`;
    case 'held':
      return 'went on, as it should';
    case 'invalid':
      return `not valid: ${invalidReason ?? 'no reason was noted'}`;
    case 'errored':
      return `error: ${error ?? 'no reason was noted'}`;
  }
}
