import { BargeinError, messageOf } from '../errors.js';
import { unlessStuck } from '../time/index.js';
import type { Ms, SessionContext } from '../types.js';
import { AgentChild } from './child.js';
import type { ChildEnd } from './child.js';
import { Command } from './command.js';
import { hideIn, holdsSecret, keysOfAddress, withHostsOnly } from './secrets.js';
import { socketAddress } from './socket-address.js';
import { addressPerCall } from './wire.js';

const option = 'address.command';
const mostOutput = 64 * 1024;
const addressLine = /^wss?:\/\//i;

/** The address of every call, or what gets that of each. */
export type AddressSource = URL | AddressCommand;

/**
 * Where the calls of an agent go.
 * @param name what the agent is called in errors
 * @param target what follows the colon of its spec
 * @param line the command; empty: none
 * @throws BargeinError for an address and a command at once, for neither, and for one of them that cannot be one
 */
export function addressSource(kind: string, { name, target, line, example }: { readonly name: string; readonly target: string; readonly line: string; readonly example: string }): AddressSource {
  const perCall = `${kind}:${addressPerCall}`;
  if (target === addressPerCall && line === '') throw new BargeinError(`agent '${name}': no option ${option} says what gets the address of a call`, `--agent-option ${option}=COMMAND, or give an address: --agent '${kind}:${example}'`);
  if (target === addressPerCall) return new AddressCommand(line);
  const address = socketAddress(kind, target, example);
  if (line !== '') throw new BargeinError(`agent '${name}': it has an address, and option ${option} gets another one for each call`, `leave the address out: --agent ${perCall}, or the option`);
  return address;
}

/** A command that is run once for each call, and prints the address of this call. */
export class AddressCommand {
  readonly #command: Command;

  /** @throws BargeinError for a line that cannot be split, and for one that holds what looks like a secret */
  constructor(line: string) {
    if (holdsSecret(line)) throw new BargeinError(`agent option ${option} holds what looks like a secret, and options are written into reports`, "let the command read it from the environment: sh -c '... $NAME ...', or put the command into a script");
    this.#command = new Command(line, {});
  }

  /**
   * Runs it to its end, with nothing to read. No process of it is left.
   * @returns the first line of its output that begins with ws:// or wss://
   * @throws Error with a reason, in which no address is shown
   */
  async next(limitMs: Ms): Promise<URL> {
    const output: Uint8Array[] = [];
    let bytes = 0;
    let settle: (end: ChildEnd | null) => void = () => {};
    const ended = new Promise<ChildEnd | null>((resolve) => (settle = resolve));
    const take = (part: Uint8Array) => {
      bytes += part.length;
      if (bytes > mostOutput) settle(null);
      else output.push(part);
    };
    const child = new AgentChild(this.#command.order({}), { output: take, gone: (_, end) => settle(end) }, option);
    child.endInput();
    const printed = () => Buffer.concat(output).toString('utf8');
    try {
      return addressIn(await unlessStuck(child.started.then(() => ended), limitMs, option), printed());
    } catch (thrown) {
      throw new Error(withSaid(messageOf(thrown), child, printed()));
    } finally {
      await child.close(0);
    }
  }
}

/** @param end null where it printed too much */
function addressIn(end: ChildEnd | null, output: string): URL {
  if (end === null) throw new Error(`${option} printed more than ${mostOutput / 1024} kB`);
  if (end.exitCode !== 0) throw new Error(`${option} failed: ${end.what}`);
  const line = lineIn(output);
  if (line === null) throw new Error(`${option} printed no line that begins with ws:// or wss://`);
  if (!URL.canParse(line)) throw new Error(`${option} printed an address that is no URL`);
  const url = new URL(line);
  url.hash = '';
  return url;
}

function lineIn(output: string): string | null {
  return output.split('\n').map((line) => line.trim()).find((line) => addressLine.test(line)) ?? null;
}

/** The reason with the last that the command said of it. */
function withSaid(reason: string, child: AgentChild, output: string): string {
  const line = lineIn(output);
  const said = child.said(hiding(line !== null && URL.canParse(line) ? new URL(line) : null));
  return said === '' ? reason : `${reason}: ${said}`;
}

/** Takes what is the key of this address out of a text, and of every other address all but its host. */
export function hiding(address: URL | null): (text: string) => string {
  const keys = address === null ? [] : keysOfAddress(address);
  return (text) => hideIn(withHostsOnly(text), keys);
}

/** A context that is told no reason in which something is shown that `hide` takes out. */
export function withHidden(context: SessionContext, hide: (text: string) => string): SessionContext {
  return { ...context, fail: (reason) => context.fail(hide(reason)) };
}
