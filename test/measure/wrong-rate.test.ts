import { describe, expect, it } from 'vitest';
import { resample } from '../../src/audio/resample.js';
import type { Agent, AgentTurn, MediaFormat, Pcm } from '../../src/types.js';
import { attemptWith, mediaWith, run } from '../fixtures/attempts.js';
import type { Script } from '../fixtures/scripted-agent.js';
import { scriptedAgent } from '../fixtures/scripted-agent.js';
import { speechLike } from '../fixtures/speech.js';

/** An agent that says other samples than those it was given. */
async function saying(change: (response: Pcm) => Pcm | Promise<Pcm>, script: Script): Promise<Agent> {
  const agent = scriptedAgent(script);
  return {
    ...agent,
    connect: async (context) => {
      const session = await agent.connect(context);
      return {
        send: (samples, mediaTimeMs) => session.send(samples, mediaTimeMs),
        close: () => session.close(),
        speak: async (turn: AgentTurn) => session.speak({ ...turn, response: turn.response && { ...(await change(turn.response)), rateHz: turn.response.rateHz } }),
      };
    },
  };
}

async function verdict(lineHz: number, change: (response: Pcm) => Pcm | Promise<Pcm>, script: Script = {}) {
  const response = speechLike(lineHz, 9200, [[100, 1500], [1700, 3000], [3200, 9000]]);
  const user = speechLike(lineHz, 500, [[0, 500]], 3);
  const format: MediaFormat = { rateHz: lineHz, frameMs: 20, codec: lineHz === 8000 ? 'mulaw' : 'pcm16' };
  const media = mediaWith(response, user, { format });
  const { result } = await run(await saying(change, { stopAfterMs: 100, flush: true, ...script }), attemptWith(), media);
  return { outcome: result.outcome, reason: result.invalidReason, lost: result.referenceLost };
}

const at = (rateHz: number) => (response: Pcm) => resample(response, rateHz);

describe('speech at another rate than the line', () => {
  it.each([
    [8000, 16000],
    [8000, 24000],
    [16000, 8000],
    [16000, 22050],
    [24000, 16000],
    [24000, 48000],
  ])('is found and gives no latency: a line of %i Hz, speech of %i Hz, paced and ahead', async (lineHz, speechHz) => {
    for (const queueMs of [0, 5000]) {
      expect(await verdict(lineHz, at(speechHz), { queueMs })).toEqual({ outcome: 'invalid', reason: 'wrong-rate', lost: true });
    }
  });

  it('is not seen in the response itself, nor in other speech', async () => {
    expect(await verdict(16000, (response) => response)).toEqual({ outcome: 'yielded', reason: null, lost: false });
    expect(await verdict(16000, () => speechLike(16000, 9000, [[100, 9000]], 77))).toEqual({ outcome: 'yielded', reason: null, lost: true });
  });
});
