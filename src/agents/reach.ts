import { accessSync, constants, statSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, isAbsolute, join, sep } from 'node:path';
import { BargeinError } from '../errors.js';
import { splitCommand } from './command-line.js';
import { parseAgentSpec } from './index.js';
import { withoutSecrets } from './secrets.js';
import { unreachableReason } from './socket-reasons.js';

const answerWithinMs = 5000;

/**
 * Looks whether an agent is there, without a call to it: something listens at the address of a socket, the program of a command is
 * one that can be started. What is not known beforehand, such as whether it speaks the protocol, passes.
 * @returns why not, without secrets; null where nothing speaks against it
 */
export async function whyUnreachable(spec: string): Promise<string | null> {
  const { target } = parseAgentSpec(spec);
  if (target === null) return null;
  if (/^wss?:/i.test(target)) return URL.canParse(target) ? whyNobodyListens(new URL(target)) : null;
  return spec.startsWith('stdio:') || spec.startsWith('livekit-console:') ? whyNoProgram(splitCommand(target)[0]) : null;
}

/** @throws BargeinError where the agent is not there: a calibration of a minute would be for nothing */
export async function refuseUnreachable(spec: string): Promise<void> {
  const why = await whyUnreachable(spec);
  if (why !== null) throw new BargeinError(`the agent cannot be reached: ${why}`, 'start it first, and look at its address or command in --agent');
}

function whyNobodyListens(address: URL): Promise<string | null> {
  const shown = withoutSecrets(address.href);
  const port = Number(address.port) || (address.protocol === 'wss:' ? 443 : 80);
  return new Promise((resolve) => {
    const socket = connect({ host: address.hostname.replace(/^\[|\]$/g, ''), port, timeout: answerWithinMs });
    const end = (why: string | null) => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end(`${shown}: no answer within ${answerWithinMs / 1000} s`));
    // Where several addresses of a host were tried, the first fault speaks for all.
    socket.once('error', (thrown) => end(unreachableReason(shown, thrown instanceof AggregateError ? thrown.errors[0] : thrown, answerWithinMs)));
  });
}

/** On Windows a program has many names: it is left to be found out by starting it. */
function whyNoProgram(program: string): string | null {
  if (process.platform === 'win32') return null;
  const places = program.includes(sep) || isAbsolute(program) ? [program] : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder || '.', program));
  if (places.some(mayRun)) return null;
  return places.length === 1 && exists(program) ? `'${program}' is no program that may be run` : `there is no program '${program}'`;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function mayRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
