import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BargeinError, messageOf } from '../errors.js';
import type { Agent, AgentOptions } from '../types.js';
import { checkedAgent, mend } from './module-agent.js';
import { withoutSecrets } from './secrets.js';

/**
 * The agent that a module exports: its default export is an `Agent`, or a function of the options given that returns one (or a promise
 * of one). TypeScript and both kinds of JavaScript modules are translated by jiti. What it leaves out gets defaults: `inProcess` false,
 * `paced` unknown, `line` null, `turns` response, `options` those given, `name` that of the file.
 *
 * @param spec path or `file:` address
 * @throws BargeinError for a module that cannot be loaded, and for an export that is no agent
 */
export async function loadAgentModule(spec: string, options: AgentOptions): Promise<Agent> {
  const path = spec.startsWith('file:') ? pathOf(spec) : spec;
  if (!existsSync(path)) {
    const command = /^[\w./-]+ /.test(spec);
    throw new BargeinError(`agent module ${path} does not exist`, command ? `a program is run with its protocol before it: --agent 'stdio:${withoutSecrets(spec)}'` : 'check the path given with --agent');
  }
  const exported = await evaluate(path);
  const name = basename(path).replace(/\.[cm]?[jt]s$/, '');
  if (typeof exported !== 'function') {
    if (Object.keys(options).length > 0) throw new BargeinError(`agent module ${path} exports an agent, which takes no options`, mend);
    return checkedAgent(exported, path, name, options);
  }
  let made: unknown;
  try {
    made = await (exported as (options: AgentOptions) => unknown)(options);
  } catch (thrown) {
    if (thrown instanceof BargeinError) throw thrown;
    throw new BargeinError(`agent module ${path}: its function threw: ${firstLine(thrown)}`, 'mend the file, or the options given with --agent-option');
  }
  return checkedAgent(made, path, name, options);
}

/** jiti is large: it is loaded where there is such a file. It keeps no copy of what it translates on the disk. */
async function evaluate(path: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, { fsCache: false, moduleCache: false, interopDefault: false, virtualModules: { bargein: { BargeinError } } });
  let module: unknown;
  try {
    module = await jiti.import(resolve(path));
  } catch (thrown) {
    throw new BargeinError(`agent module ${path} cannot be loaded: ${firstLine(thrown).replaceAll(resolve(path), path)}`, 'mend the file');
  }
  if (typeof module !== 'object' || module === null || !('default' in module)) throw new BargeinError(`agent module ${path} has no default export`, mend);
  return module.default;
}

function pathOf(address: string): string {
  try {
    return fileURLToPath(address);
  } catch {
    throw new BargeinError(`'${address}' is no address of a file`, "give a path: --agent './my-agent.ts'");
  }
}

function firstLine(thrown: unknown): string {
  return messageOf(thrown).split('\n')[0];
}
