import { describe, expect, it } from 'vitest';
import { BargeinError } from '../../src/errors.js';
import { parseGate, refuseUnanswerable } from '../../src/measure/gates.js';
import type { PlannedAttempt } from '../../src/measure/gates.js';
import { makeResult } from '../report/sample-run.js';

const attempt = (changes: Partial<PlannedAttempt>): PlannedAttempt => makeResult(changes).attempt;
const planned = [
  attempt({ persona: 'angry', agentClip: 'weather-1', offsetBand: 'late' }),
  attempt({ persona: 'soft', agentClip: 'weather-2' }),
  attempt({ intent: 'backchannel', persona: 'listener', userClipKind: 'human' }),
  attempt({ intent: 'noise', persona: 'room' }),
];

function refusal(gate: string, attempts: readonly PlannedAttempt[] = planned): string | null {
  try {
    refuseUnanswerable([parseGate('errored <= 5%', [100]), parseGate(gate, [100])], attempts);
    return null;
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BargeinError);
    return `${(thrown as BargeinError).message} / ${(thrown as BargeinError).hint}`;
  }
}

describe('a gate that the attempts of a run cannot answer', () => {
  it.each([
    ['interrupt_rate@100[echo] >= 0.5', "gate 'interrupt_rate@100[echo] >= 0.5': the run has no attempts of condition 'echo' / of condition it has clean: change --filter, --condition"],
    ['p50[agent_clip=nope] <= 90', "no attempts of agent_clip 'nope' / of agent_clip it has weather-1, weather-2:"],
    ['p50[agent_clip=weather-3] <= 90', "did you mean 'weather-1'? of agent_clip it has"],
    ['false_yield_rate[angry] <= 0.5', "false_yield_rate counts backchannel and noise attempts, and the run has none of persona 'angry' / of persona it has listener, room:"],
    ['p50[listener] <= 90', "p50 counts interruption attempts, and the run has none of persona 'listener'"],
    ['p50[human] <= 90', "the run has none of user_clip_kind 'human' / of user_clip_kind it has synthetic"],
    ['p50[two-words] <= 90', "no attempts of offset_band 'two-words' / of offset_band it has late, middle"],
    ['control_yield_rate <= 5%', 'the run has no control attempt for control_yield_rate / it has backchannel, interruption, noise: change --filter'],
    ['errored[control] <= 5%', "no attempts of intent 'control'"],
  ])('%s', (gate, message) => {
    expect(refusal(gate)).toContain(message);
  });

  it.each(['interrupt_rate@100[clean] >= 0.5', 'p50[agent_clip=weather-2] <= 90', 'false_yield_rate[listener] <= 0.5', 'false_yield_rate[noise] <= 0.5', 'errored[human] <= 5%', 'error_bar <= 5', 'p50[late] <= 90'])('but not %s', (gate) => {
    expect(refusal(gate)).toBeNull();
  });

  it('names a dozen of many clips, the nearest before them', () => {
    const many = Array.from({ length: 40 }, (_, i) => attempt({ agentClip: `clip-${String(i).padStart(2, '0')}` }));
    expect(refusal('p50[agent_clip=clip-399] <= 90', many)).toMatch(/did you mean 'clip-39'\? of agent_clip it has clip-00, .*clip-11 and 28 more:/);
  });

  it('is every gate but those of the run itself where nothing is planned', () => {
    expect(refusal('p50 <= 90', [])).not.toBeNull();
  });
});
