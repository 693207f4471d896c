import { describe, expect, it } from 'vitest';
import { makeAgent } from '../../src/agents/index.js';
import { defaultCorpusDir } from '../../src/corpus/load.js';
import { calibratedWire, reachCalibrationAgent } from '../../src/run/served-agent.js';

describe('the wire of a calibration', () => {
  it.each([
    [{ 'output.rateHz': 24000 }, 24000],
    [{ 'input.rateHz': 24000 }, 16000],
    [{ 'input.rateHz': 16000, 'output.rateHz': 24000 }, 24000],
    [{}, 16000],
  ])('has the rate of what the agent says, both ways: %j', async (options, rateHz) => {
    const wire = await calibratedWire('pcm:ws://127.0.0.1:8765/', options);
    const agent = await makeAgent(wire.agent, { ...wire.options, turns: 'response' });
    expect([wire.line.rateHz, agent.line?.rateHz]).toEqual([rateHz, rateHz]);
  });

  it('runs no command that gets the address of a call: that agent is served here', async () => {
    const options = { preset: 'vapi', 'address.command': 'no-such-program-here', 'output.rateHz': 24000, 'input.rateHz': 24000 };
    const served = await reachCalibrationAgent('pcm:command', options, defaultCorpusDir);
    await served.close();
    expect(served.wire).toMatchObject({ line: { rateHz: 24000 }, options: { 'output.rateHz': 24000, 'input.rateHz': 24000 } });
    expect(served.wire.agent).toMatch(/^pcm:ws:\/\/127\.0\.0\.1:/);
    expect(served.wire.options).not.toHaveProperty('address.command');
  });

  it('keeps what says what the line is, and nothing else', async () => {
    expect((await calibratedWire('stdio:my agent', { rateHz: 24000, 'arg.model': 'small' })).options).toEqual({ rateHz: 24000 });
  });
});
