import { pcmDialects } from '../wires/pcm-dialects.js';
import { hostOnly, withoutSecrets } from './secrets.js';

/**
 * The spec of an agent as it may be shown: without secrets, and of an address that is itself the key to a call only the host.
 * @param options those given for it, of which the preset counts
 */
export function shownAgent(spec: string, options: Readonly<Record<string, unknown>> | undefined): string {
  const [, before, address] = withAddress.exec(spec) ?? [];
  return address !== undefined && addressIsKey(options?.preset) ? `${before}${hostOnly(address)}` : withoutSecrets(spec);
}

/** A kind or none, and what a URL parser takes for an address, however it is written. */
const withAddress = /^((?:[^:]*:)?\s*)((?:wss?|https?):.*)$/is;

function addressIsKey(preset: unknown): boolean {
  return Object.entries(pcmDialects).some(([name, dialect]) => name === preset && dialect.addressIsKey);
}
