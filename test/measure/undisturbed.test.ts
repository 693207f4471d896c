import { describe, expect, it } from 'vitest';
import { undisturbedPauseMs } from '../../src/measure/undisturbed.js';
import { attemptWith, mediaWith, pausedResponse, run, shortUser, steadyResponse } from '../fixtures/attempts.js';
import { scriptedAgent } from '../fixtures/scripted-agent.js';

async function recorded(response = pausedResponse, intent: 'interruption' | 'control' = 'control', offsetMs = 600) {
  const attempt = attemptWith({ intent, offsetMs, userClip: intent === 'control' ? null : 'user' });
  const { recording } = await run(scriptedAgent({ stopAfterMs: null }), attempt, mediaWith(response, intent === 'control' ? null : shortUser), { replay: { windowMs: 6000 } });
  return { attempt, recording: withoutReference(recording, response) };
}

/** The same packets as an agent sends that says what it likes. */
function withoutReference(recording: Awaited<ReturnType<typeof run>>['recording'], response: typeof pausedResponse) {
  const packets = recording.packets.map((packet) => {
    const samples = response.samples.slice(packet.from ?? 0, (packet.from ?? 0) + packet.length);
    return { ...packet, from: null, data: Buffer.from(samples.buffer).toString('base64') };
  });
  return { ...recording, packets };
}

describe('the longest undisturbed pause', () => {
  it('is that of the whole of a control', async () => {
    const { attempt, recording } = await recorded();
    // Pauses of 400 and 700 ms are in the response.
    expect(undisturbedPauseMs(attempt, recording)).toBeGreaterThan(670);
    expect(undisturbedPauseMs(attempt, recording)).toBeLessThan(715);
  });

  it('is looked for before the onset where somebody speaks', async () => {
    const { attempt, recording } = await recorded(pausedResponse, 'interruption', 2500);
    expect(undisturbedPauseMs(attempt, recording)).toBeGreaterThan(370);
    expect(undisturbedPauseMs(attempt, recording)).toBeLessThan(415);
  });

  it('is not known where there is none, nor of what went wrong', async () => {
    const steady = await recorded(steadyResponse);
    expect(undisturbedPauseMs(steady.attempt, steady.recording)).toBeNull();
    expect(undisturbedPauseMs(steady.attempt, { ...steady.recording, error: 'connection lost' })).toBeNull();
    expect(undisturbedPauseMs(steady.attempt, { ...steady.recording, injected: null })).toBeNull();
  });
});
