import { BargeinError } from '../errors.js';
import type { OptionValue } from '../types.js';

/**
 * The address of an agent's WebSocket.
 * @param example what a right one looks like
 * @throws BargeinError for what is none
 */
export function socketAddress(kind: string, target: string, example: string): URL {
  if (!URL.canParse(target)) throw new BargeinError(`agent '${kind}': its address is not a URL`, `--agent '${kind}:${example}'`);
  const url = new URL(target);
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') throw new BargeinError(`agent '${kind}': its address begins with ${url.protocol}//`, `a WebSocket's begins with ws:// or wss://: --agent '${kind}:${example}'`);
  url.hash = '';
  return url;
}

/** The address with more query parameters; one that is there already is replaced. */
export function withQuery(address: URL, parameters: Readonly<Record<string, OptionValue>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
  return url.href;
}

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
  return loopback.test(hostname);
}
