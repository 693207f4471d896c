import { describe, expect, it } from 'vitest';
import { prepareRun } from '../../src/run/prepare.js';
import type { RunConfig } from '../../src/types.js';
import { runConfig } from '../fixtures/run-config.js';

const asked = (agent: string, more: Partial<RunConfig> = {}) => prepareRun(runConfig({ outputDir: 'results/none-such', clock: 'realtime', limit: 2, agent, agentOptions: { turns: 'prompted' }, ...more }));

describe('how a prompted agent is asked', () => {
  it.each([
    ['pcm:ws://127.0.0.1:1/', {}, 'nothing asks it'],
    ['pipecat:ws://127.0.0.1:1/', {}, 'nothing asks it'],
    ['pcm:ws://127.0.0.1:1/', { promptText: 'Tell me a story.' }, 'nothing carries words'],
    ['twilio:ws://127.0.0.1:1/', { promptText: 'Tell me a story.' }, 'nothing carries words'],
  ])('is looked at before anything is measured: %s %j', async (agent, more, message) => {
    await expect(asked(agent, more)).rejects.toThrow(message);
  });

  it('is left to the protocol that asks by itself, and to words where they are carried', async () => {
    expect((await asked('openai-realtime:ws://127.0.0.1:1/')).side.prompt).toBeNull();
    const preset = { turns: 'prompted', preset: 'ultravox' } as const;
    expect((await asked('pcm:ws://127.0.0.1:1/', { agentOptions: preset, promptText: 'Tell me a story.' })).side.prompt).toMatchObject({ text: 'Tell me a story.' });
  });
});
