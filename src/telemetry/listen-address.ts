import { BargeinError } from '../errors.js';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * `127.0.0.1:4318`, `[::1]:4318`; port 0 is a free one.
 * @throws BargeinError for anything else
 */
export function parseListenAddress(flag: string, text: string): ListenAddress {
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):(\d{1,5})$/i.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535) throw new BargeinError(`${flag} ${text === '' ? "''" : text} is not of the form host:port`, `write e.g. ${flag} 127.0.0.1:4318`);
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}
