import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { agentSpecs, describeOptions, makeAgent, parseAgentSpec, wireKinds } from '../../src/agents/index.js';
import { BargeinError } from '../../src/errors.js';

async function refusal(work: () => unknown): Promise<{ message: string; hint: string; code: number }> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof BargeinError) return { message: thrown.message, hint: thrown.hint, code: thrown.code };
    throw thrown;
  }
  throw new Error('was not refused');
}

describe('agents', () => {
  it('are named by kind and preset', async () => {
    expect(parseAgentSpec('reference:before')).toEqual({ kind: 'reference', preset: 'before', target: null });
    expect(parseAgentSpec('reference')).toEqual({ kind: 'reference', preset: 'after', target: null });
    expect(parseAgentSpec('programmed')).toEqual({ kind: 'programmed', preset: null, target: null });
    expect((await makeAgent('reference')).name).toBe('reference:after');
    expect(agentSpecs().slice(0, 2)).toEqual(['reference:after', 'reference:before']);
    expect(parseAgentSpec('twilio:ws://127.0.0.1:8765/a:b')).toEqual({ kind: 'twilio', preset: null, target: 'ws://127.0.0.1:8765/a:b' });
    expect(parseAgentSpec('stdio:python agent.py')).toEqual({ kind: 'stdio', preset: null, target: 'python agent.py' });
    for (const path of ['./my-agent.ts', '../x/agent.mjs', '/opt/agent.js', 'agent.ts']) expect(parseAgentSpec(path)).toEqual({ kind: 'module', preset: null, target: path });
  });

  it.each([
    ['refrence:after', "there is no agent 'refrence:after'", "did you mean 'reference:after'?"],
    ['toString', "there is no agent 'toString'", `the agents: ${agentSpecs().join(', ')}`],
    ['twillio:ws://x', "there is no agent 'twillio:ws://x'", "did you mean 'twilio'?"],
    ['ws://127.0.0.1:8765/', "there is no agent 'ws://127.0.0.1:8765/'", "put twilio: or pcm: before it, or another protocol that it speaks: --agent 'pcm:ws://127.0.0.1:8765/'"],
    ['https://voice.example/call?token=hush-hush', "there is no agent 'https://voice.example/call?token=***'", "put twilio: or pcm: before it, or another protocol that it speaks: --agent 'pcm:wss://voice.example/call?token=***'"],
    ['node agent.mjs', 'agent module node agent.mjs does not exist', "a program is run with its protocol before it: --agent 'stdio:node agent.mjs'"],
    ['twilio', "agent 'twilio' needs to be told where it is", "--agent 'twilio:ws://HOST:PORT/PATH'"],
    ['stdio: ', "agent 'stdio' needs to be told where it is", "--agent 'stdio:COMMAND'"],
    ['reference:befor', "agent 'reference' has no preset 'befor'", "did you mean 'reference:before'?"],
    ['reference:after:x', "agent 'reference' has no preset 'after:x'", "did you mean 'reference:after'?"],
    ['programmed:x', "agent 'programmed' has no preset 'x'", 'leave it out: --agent programmed'],
  ])('that do not exist are refused: %s', async (spec, message, hint) => {
    expect(await refusal(() => makeAgent(spec))).toEqual({ message, hint, code: 2 });
  });

  it.each([
    [{ 'vad.treshold': 0.5 }, "agent 'reference:after' has no option 'vad.treshold'", "did you mean 'vad.threshold'?"],
    [{ chunkMs: 20 }, "agent 'reference:after' has no option 'chunkMs'", "did you mean 'tts.chunkMs'?"],
    [{ 'vad.threshold': 1.5 }, 'agent option vad.threshold=1.5: must be 0.01 to 0.99', 'set it with --agent-option vad.threshold=0.5 (the default'],
    [{ 'vad.threshold': Number.NaN }, 'agent option vad.threshold=NaN: must be 0.01 to 0.99', 'set it with'],
    [{ 'tts.chunkMs': 'long' }, 'agent option tts.chunkMs=long: must be 1 to 2000 ms', 'set it with'],
    [{ 'tts.chunkMs': '' }, 'agent option tts.chunkMs=: must be 1 to 2000 ms', 'set it with'],
    [{ 'tts.chunkMs': true }, 'agent option tts.chunkMs=true: must be 1 to 2000 ms', 'set it with'],
    [{ 'vad.kind': 'slero' }, 'agent option vad.kind=slero: must be one of silero, energy, webrtc', 'set it with'],
    [{ flush: 'yes' }, 'agent option flush=yes: must be true or false', 'set it with'],
  ])('refuse an option that does not exist or is not allowed: %o', async (options, message, hint) => {
    const refused = await refusal(() => makeAgent('reference:after', options as Record<string, string>));
    expect(refused.message).toBe(message);
    expect(refused.hint).toContain(hint);
    expect(refused.code).toBe(2);
  });

  it('report every option with the value in force, given before preset before default', async () => {
    const { options } = await makeAgent('reference:before', { 'tts.queueMs': '150', flush: 'true' });
    expect(options).toMatchObject({ 'tts.queueMs': 150, flush: true, 'tts.chunkMs': 200, 'vad.kind': 'silero', 'vad.threshold': 0.5 });
    expect(Object.keys(options)).toEqual((await describeOptions()).filter(({ agent }) => agent === 'reference').map(({ name }) => name));
  });

  it('send in bursts unless they have no queue', async () => {
    expect((await makeAgent('reference:after')).paced).toBe('burst');
    expect((await makeAgent('reference:after', { 'tts.queueMs': 0 })).paced).toBe('realtime');
  });

  it('are documented option by option: those of this process in docs/agents.md, each wire on a page of its own', async () => {
    const pageOf = (name: string) => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
    for (const { agent, name, default: value, allowed, doc } of await describeOptions()) {
      if (!wireKinds.includes(agent)) expect(pageOf('agents')).toContain(`| \`${name}\` | ${value} | ${allowed} | ${doc} |`);
      else {
        // Options of one family may share a row: `clear.path`, `.value`.
        const ways = name.endsWith('.*') ? [`\`${name.slice(0, -1)}`] : [`\`${name}\``, `\`.${name.split('.').slice(1).join('.')}\``];
        const page = pageOf(`agents/${agent}`);
        expect(ways.some((way) => page.includes(way)), `${agent} ${name}`).toBe(true);
      }
    }
  });
});
