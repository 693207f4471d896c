import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, delimiter, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentOptions, Ms } from '../types.js';
import { splitCommand } from './command-line.js';
import { isPerCall, parseAgentSpec, wireFacts } from './index.js';
import { unreachableReason } from './socket-reasons.js';

/** Where an agent is. */
export type AgentPlace =
  | { readonly kind: 'in-process' }
  /** Behind a socket of this host. `address` is fit to be shown. */
  | { readonly kind: 'socket'; readonly host: string; readonly port: number; readonly address: string }
  /** A program that is started for each session. */
  | { readonly kind: 'command'; readonly words: readonly string[] }
  /** Elsewhere in each call, as this program will say; null where none is named. */
  | { readonly kind: 'per-call'; readonly program: string | null }
  | { readonly kind: 'file'; readonly path: string };

/**
 * @param options those given for the agent
 * @throws BargeinError for what is no agent, and for a target or a command that cannot be one
 */
export function placeOfAgent(spec: string, options: AgentOptions = {}): AgentPlace {
  const { kind, target } = parseAgentSpec(spec, options);
  if (target === null) return { kind: 'in-process' };
  const facts = wireFacts(kind);
  if (facts === null) return { kind: 'file', path: target.startsWith('file:') ? fileURLToPath(target) : target };
  if (facts.prefix === 'env') return { kind: 'command', words: splitCommand(target) };
  if (isPerCall(spec)) {
    const line = String(options['address.command'] ?? '');
    return { kind: 'per-call', program: line === '' ? null : splitCommand(line)[0] };
  }
  const { hostname, port, protocol } = new URL(target);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const number = port === '' ? (protocol === 'wss:' ? 443 : 80) : Number(port);
  return { kind: 'socket', host, port: number, address: `${hostname}:${number}` };
}

/**
 * Why an agent is not at its place; null where nothing speaks against it. Sends it nothing: what is not known without a call, such as whether
 * it speaks the protocol, passes. No program is run.
 */
export async function absence(place: AgentPlace, env: Readonly<Record<string, string | undefined>>, limitMs: Ms): Promise<string | null> {
  switch (place.kind) {
    case 'in-process':
    case 'file':
      return null;
    case 'command':
      return programFault(place.words[0], env) ?? scriptFault(place.words);
    case 'per-call':
      return place.program === null ? null : programFault(place.program, env);
    case 'socket': {
      const fault = await connectionFault(place.host, place.port, limitMs);
      return fault && `${place.address}: ${fault}`;
    }
  }
}

function programFault(program: string, env: Readonly<Record<string, string | undefined>>): string | null {
  return findProgram(program, env) === null ? `there is no program '${program}'` : null;
}

/** What runs the file that is named first after its flags. */
const interpreters = /^(node|bun|tsx|ruby|python[\d.]*)$/;
const scripts = /\.([cm]?[jt]sx?|py|rb)$/;
/** Those that take no command of their own for a file, but for one of Node's; and what Node adds to a name. */
const plainInterpreters = /^(node|ruby|python[\d.]*)$/;
const commands = ['inspect'];
const added = ['', '.js', '.json', '.node'];
/** Flags after which there is no file: code, or the name of a module. */
const instead = ['-m', '-c', '-e', '-p', '--eval', '--print'];

/** A missing script is found by its interpreter only after the call has begun. */
function scriptFault(line: readonly string[]): string | null {
  const [program, ...words] = withoutEnv(line);
  if (program === undefined) return null;
  const name = nameOf(program);
  if (!interpreters.test(name)) return null;
  const at = words.findIndex((word) => !word.startsWith('-'));
  if (at < 0 || words.slice(0, at).some((flag) => instead.includes(flag))) return null;
  const script = words[at];
  if (commands.includes(script) || added.some((ending) => existsSync(`${script}${ending}`))) return null;
  // After a flag, a bare word may be the flag's own.
  const isScript = scripts.test(script) || (at === 0 && plainInterpreters.test(name));
  return isScript ? `${name} would find no file '${script}'` : null;
}

/** Without its folder, and what Windows adds. */
function nameOf(program: string): string {
  return basename(program).replace(/\.(?:exe|cmd)$/i, '');
}

/** What `env NAME=value ... program` starts; flags of env may mean anything. */
function withoutEnv(line: readonly string[]): readonly string[] {
  if (nameOf(line[0]) !== 'env') return line;
  return line.slice(1 + line.slice(1).findIndex((word) => !word.includes('=')));
}

/** Opens a connection and closes it again, without a word. @returns why there was none; null where there was one */
export function connectionFault(host: string, port: number, limitMs: Ms): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (fault: string | null) => {
      socket.destroy();
      resolve(fault);
    };
    socket.setTimeout(limitMs, () => end(`no answer within ${limitMs} ms`));
    socket.once('connect', () => end(null));
    socket.once('error', (thrown) => end(unreachableReason('', thrown, limitMs).slice(2)));
  });
}

/** Where a program is that a command names: looked up as the system would, in PATH where it has no slash. null: nowhere. */
export function findProgram(name: string, env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform = process.platform): string | null {
  const windows = platform === 'win32';
  const endings = windows && extname(name) === '' ? (env.PATHEXT ?? '.EXE;.CMD;.BAT;.COM').split(';') : [''];
  const isPath = name.includes('/') || (windows && name.includes('\\'));
  const folders = isPath ? [''] : (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = folders.flatMap((folder) => endings.map((ending) => join(folder, `${name}${ending}`)));
  return candidates.find((path) => isProgram(path)) ?? null;
}

function isProgram(path: string): boolean {
  if (!existsSync(path) || !statSync(path).isFile()) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
