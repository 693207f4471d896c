import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadAgentModule } from '../../src/agents/module.js';
import { BargeinError } from '../../src/errors.js';
import type { AgentOptions } from '../../src/types.js';
import { folderOf } from '../commands/run-call.js';
import { speechLike } from '../fixtures/speech.js';
import { callAgent, positions, shippedSamples, times } from './call.js';

function fileOf(text: string, name = 'my-agent.ts', others: Record<string, string> = {}): string {
  return join(folderOf({ [name]: text, ...others }), name);
}

async function faultOf(path: string, options: AgentOptions = {}): Promise<BargeinError> {
  const thrown: unknown = await loadAgentModule(path, options).catch((fault: unknown) => fault);
  expect(thrown).toBeInstanceOf(BargeinError);
  return thrown as BargeinError;
}

const session = '{ speak: async () => {}, send: () => {}, close: async () => {} }';

describe('an agent of your own', () => {
  const example = 'docs/examples/my-agent.ts';

  it('says what it is given and stops when it is interrupted', async () => {
    const agent = await loadAgentModule(example, { threshold: 800 });
    expect(agent).toMatchObject({ name: 'my-agent', paced: 'realtime', inProcess: true, line: null, turns: 'response', options: { threshold: 800, frames: 3 } });
    const response = speechLike(16_000, 5000, [[20, 4980]]);
    const uplink = new Int16Array(16_000 * 4);
    const alone = await callAgent({ agent, response, uplink, lengthMs: 6000 });
    expect(shippedSamples(alone)).toBe(response.samples.length);
    expect(positions(alone, response)).not.toContain(null);
    uplink.fill(2000, 16_000 * 2);
    const interrupted = await callAgent({ agent, response, uplink, lengthMs: 6000 });
    expect(times(interrupted, 'vad-start')).toEqual([2060]);
    // The third loud frame comes just before the chunk that is due at the same time.
    expect(interrupted.packets.at(-1)?.atMs).toBe(2040);
  });

  it('is the example of the documentation', () => {
    expect(readFileSync('docs/agents/module.md', 'utf8')).toContain(readFileSync(example, 'utf8'));
  });

  it('gets defaults for what it leaves out', async () => {
    const path = fileOf(`export default (options: object) => ({ connect: async () => (${session}) });`);
    const agent = await loadAgentModule(path, { a: 1 });
    expect(agent).toMatchObject({ name: 'my-agent', paced: 'unknown', inProcess: false, line: null, turns: 'response', options: { a: 1 } });
  });

  it.each([
    ['a function that returns a promise', `export default async (o: { x: number }) => ({ name: 'n' + o.x, connect: async () => (${session}) });`, 'a.ts', 'n5'],
    ['a class with methods', `import { BargeinError } from 'bargein'; class Mine { name = 'mine' + BargeinError.name; async connect() { return ${session}; } } export default () => new Mine();`, 'a.ts', 'mineBargeinError'],
    ['an ES module', `export default () => ({ name: 'esm', connect: async () => (${session}) });`, 'a.mjs', 'esm'],
    ['a CommonJS module', `module.exports = () => ({ name: 'cjs', connect: async () => (${session}) });`, 'a.cjs', 'cjs'],
  ])('may be %s', async (_, text, file, name) => {
    const agent = await loadAgentModule(fileOf(text, file), { x: 5 });
    expect(agent.name).toBe(name);
    await expect(agent.connect({} as never)).resolves.toHaveProperty('send');
  });

  it('may be named by its address', async () => {
    const path = fileOf(`export default { connect: async () => (${session}) };`);
    expect((await loadAgentModule(pathToFileURL(path).href, {})).name).toBe('my-agent');
  });

  it('may import what lies beside it', async () => {
    const path = fileOf("import { name } from './other'; export default { name, connect: async () => null };", 'a.ts', { 'other.ts': "export const name: string = 'beside';" });
    expect((await loadAgentModule(path, {})).name).toBe('beside');
  });

  it.each([
    ['export default { connect: }', 'my-agent.ts cannot be loaded', 'mend the file'],
    ["throw new Error('no key');", 'my-agent.ts cannot be loaded: no key', 'mend the file'],
    ["import x from './none'; export default x;", 'my-agent.ts cannot be loaded: Cannot find module', 'mend the file'],
    ['export const agent = {};', 'my-agent.ts has no default export', 'export default an agent'],
    ['export default 5;', 'expected an agent, got a number', 'docs/agents/module.md'],
    ['export default () => null;', 'expected an agent, got null', 'docs/agents/module.md'],
    ['export default () => { throw new Error("no model\\nat all"); };', 'its function threw: no model', '--agent-option'],
    ['export default {};', "the agent has no function 'connect'", 'docs/agents/module.md'],
    ['export default { conect: () => {} };', "the agent has no function 'connect'", "'connect' by 'conect'"],
    ['export default { connect: 5 };', 'connect is 5; it must be a function', "mend 'connect'"],
    ["export default { connect() {}, paced: 'fast' };", "paced is \"fast\"; it must be 'realtime'", "mend 'paced'"],
    ['export default { connect() {}, inProcess: 1 };', 'inProcess is 1; it must be true or false', 'mend'],
    ['export default { connect() {}, line: { rateHz: 16000 } };', 'line is an object; it must be null or { rateHz', 'mend'],
    ["export default { connect() {}, line: { rateHz: 16000, frameMs: 20, codec: 'mulaw' } };", 'line is an object', 'mend'],
    ["export default { connect() {}, turns: 'response ' };", 'turns is "response "', 'mend'],
    ['export default { connect() {}, options: { a: {} } };', 'options is an object; it must be an object of texts', 'mend'],
    ['export default { connect() {}, inprocess: true };', "unknown member 'inprocess'", "did you mean 'inProcess'?"],
    ['export default { connect() {}, option: {} };', "unknown member 'option'", "did you mean 'options'?"],
  ])('refuses %j', async (text, message, hint) => {
    const fault = await faultOf(fileOf(text));
    expect(fault.message).toContain(message);
    expect(fault.message).not.toContain('\n');
    expect(fault.hint).toContain(hint);
  });

  it('names a file that is not there, and options that nobody takes', async () => {
    expect((await faultOf('./no/such/agent.ts')).message).toContain('./no/such/agent.ts does not exist');
    expect((await faultOf(fileOf(`export default { connect: async () => (${session}) };`), { a: 1 })).message).toContain('takes no options');
    expect((await faultOf('file://elsewhere/agent.ts')).message).toContain("'file://elsewhere/agent.ts' is no address of a file");
  });

  it.each([
    ['async () => 5', 'connect must resolve to a session, not to a number'],
    ['async () => ({ speak() {}, send() {} })', "has no function 'close'"],
    ['async () => { throw new Error("busy"); }', 'connect: busy'],
    ['() => { throw new Error("busy"); }', 'connect: busy'],
  ])('fails to connect with a reason where connect is %s', async (connect, reason) => {
    const agent = await loadAgentModule(fileOf(`export default { connect: ${connect} };`), {});
    await expect(agent.connect({} as never)).rejects.toThrow(reason);
  });
});
