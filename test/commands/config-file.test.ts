import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findConfig, loadConfig } from '../../src/commands/config-file.js';
import { checkConfig, configKeys } from '../../src/commands/config-schema.js';
import { declareRun } from '../../src/commands/run-options.js';
import { configKeyOf, settableOptions } from '../../src/commands/setting-names.js';
import { BargeinError } from '../../src/errors.js';
import { folderOf } from './run-call.js';

function faultOf(work: () => unknown): { message: string; hint: string } {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof BargeinError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

describe('finding a configuration file', () => {
  it.each(['.ts', '.mts', '.js', '.mjs', '.json'])('takes bargein.config%s', (extension) => {
    const folder = folderOf({ [`bargein.config${extension}`]: '', 'bargein.config.yaml': '', 'other.ts': '' });
    expect(findConfig(folder)).toBe(join(folder, `bargein.config${extension}`));
  });

  it('finds none where there is none', () => {
    expect(findConfig(folderOf({ 'config.ts': '' }))).toBeNull();
  });

  it('does not choose between several', () => {
    const { message, hint } = faultOf(() => findConfig(folderOf({ 'bargein.config.ts': '', 'bargein.config.json': '' })));
    expect(message).toMatch(/^there are several configuration files: .*bargein\.config\.ts, .*bargein\.config\.json$/);
    expect(hint).toContain('--config');
  });
});

describe('loading a configuration file', () => {
  const typescript = `
    import { defineConfig } from 'bargein';
    import { limit } from './limit';
    enum Size { Small = 1 }
    const n: number = limit * Size.Small;
    export default defineConfig({ limit: n as number });`;

  it.each([
    ['bargein.config.ts', typescript, {}],
    ['bargein.config.ts', typescript, { 'package.json': '{ "type": "module" }' }],
    ['bargein.config.mts', typescript, {}],
    ['bargein.config.js', "import { defineConfig } from 'bargein';\nexport default defineConfig({ limit: 3 });", {}],
    ['bargein.config.js', 'module.exports = { limit: 3 };', { 'package.json': '{ "type": "commonjs" }' }],
    ['bargein.config.mjs', "import { defineConfig } from 'bargein';\nexport default defineConfig({ limit: 3 });", { 'package.json': '{ "type": "commonjs" }' }],
    ['bargein.config.json', '\uFEFF{ "limit": 3 }', {}],
  ])('%s', async (name, text, others) => {
    const folder = folderOf({ [name]: text, 'limit.ts': 'export const limit: number = 3;', ...others });
    expect(await loadConfig(join(folder, name))).toEqual({ path: join(folder, name), content: { limit: 3 } });
  });

  it.each([
    ['bargein.config.ts', 'export default {\n  limit: }', 'bargein.config.ts:2:10: Unexpected token', 'mend the file'],
    ['bargein.config.mjs', 'export default {\n  gates: ["p95 <= 250"\n  limit: 3,\n};', 'bargein.config.mjs:3:3: Unexpected token, expected ","', 'mend the file'],
    ['bargein.config.ts', "import x from './broken';\nexport default x;", 'broken.ts:1:14: Unexpected token', 'mend the file'],
    ['bargein.config.ts', "throw new Error('no token');", 'bargein.config.ts cannot be loaded: no token', 'mend the file'],
    ['bargein.config.ts', "import x from './none';\nexport default x;", 'bargein.config.ts cannot be loaded: Cannot find module', 'mend the file'],
    ['bargein.config.ts', 'export const limit = 3;', 'bargein.config.ts exports no configuration', 'export default defineConfig'],
    ['bargein.config.ts', 'export default () => ({ limit: 3 });', 'bargein.config.ts: the configuration: expected object, received function', 'export an object'],
    ['bargein.config.json', '{\n  "limit": 3,\n}', "bargein.config.json:3:1: not JSON: unexpected '}'", 'mend the file'],
    ['bargein.config.json', '', 'bargein.config.json:1:1: not JSON: unexpected end of the file', 'mend the file'],
    ['bargein.config.json', '[]', 'bargein.config.json: the configuration: expected object, received array', 'export an object'],
    ['bargein.config.yaml', 'limit: 3', "bargein.config.yaml is no configuration file: it ends in '.yaml'", '.ts, .mts, .js, .mjs, .json'],
  ])('refuses %s: %j', async (name, text, message, hint) => {
    const thrown: unknown = await loadConfig(join(folderOf({ [name]: text, 'broken.ts': 'export const = 3;' }), name)).catch((fault: unknown) => fault);
    expect(thrown).toBeInstanceOf(BargeinError);
    expect((thrown as BargeinError).message).toContain(message);
    expect((thrown as BargeinError).message).not.toContain('\n');
    expect((thrown as BargeinError).hint).toContain(hint);
  });

  it('names a file that is not there', async () => {
    await expect(loadConfig('no/such/bargein.config.ts')).rejects.toThrow('no/such/bargein.config.ts: no such file or folder');
  });
});

describe('what a configuration file may say', () => {
  it('has a key for every flag that is not about one call, and no other but agents and sweeps', () => {
    const keys = settableOptions(declareRun()).map((option) => configKeyOf(option.attributeName()));
    expect([...configKeys].sort()).toEqual([...keys, 'agents', 'sweeps'].sort());
  });

  it('leaves out what is undefined', () => {
    expect(checkConfig({ label: undefined, limit: 3 }, 'f')).toEqual({ label: undefined, limit: 3 });
  });

  it.each([
    [{ limt: 3 }, "f.ts: unknown key 'limt'", "did you mean 'limit'?"],
    [{ gate: 'p95 <= 250' }, "f.ts: unknown key 'gate'", "did you mean 'gates'?"],
    [{ agentOption: {} }, "f.ts: unknown key 'agentOption'", "did you mean 'agentOptions'?"],
    [{ zzzzzzzzzz: 1 }, "f.ts: unknown key 'zzzzzzzzzz'", 'the keys are agents, sweeps, agent,'],
    [{ force: true }, "f.ts: 'force' cannot be set in a file", "give --force, and take 'force' out of f.ts"],
    [{ dryRun: true }, "f.ts: 'dryRun' cannot be set in a file", 'give --dry-run'],
    [{ limit: '3' }, 'f.ts: limit: expected number, received string', "mend 'limit' in f.ts"],
    [{ limit: NaN }, 'f.ts: limit: expected number, received NaN', "mend 'limit'"],
    [{ quiet: 'yes' }, 'f.ts: quiet: expected boolean, received string', "mend 'quiet'"],
    [{ gates: [1] }, 'f.ts: gates: expected a text or a list of texts', "mend 'gates'"],
    [{ within: ['100'] }, 'f.ts: within: expected a number or a list of numbers', "mend 'within'"],
    [{ agentOptions: { a: null } }, 'f.ts: agentOptions.a: expected a text, a number, true or false', "mend 'agentOptions.a'"],
    [{ agents: { mine: { agent: 'reference', option: {} } } }, "f.ts: unknown key 'agents.mine.option'", "did you mean 'options'?"],
    [{ agents: { mine: {} } }, 'f.ts: agents.mine.agent: expected string, received undefined', "mend 'agents.mine.agent'"],
    [{ sweeps: { vad: { params: { x: 1 } } } }, "f.ts: sweeps.vad.params.x: expected a list of values, or a range such as '0.4:0.65:0.05'", 'mend'],
    [{ sweeps: { one: { params: { x: '1,2' } }, two: { params: { x: '1,2' }, minrate: 0.5 } } }, "f.ts: unknown key 'sweeps.two.minrate'", "did you mean 'minRate'?"],
    [{ sweeps: { vad: { params: {}, maxFalseYeld: 1 } } }, "f.ts: unknown key 'sweeps.vad.maxFalseYeld'", "did you mean 'maxFalseYield'?"],
  ])('refuses %j', (content, message, hint) => {
    const fault = faultOf(() => checkConfig(content, 'f.ts'));
    expect(fault.message).toBe(message);
    expect(fault.hint).toContain(hint);
  });
});
