import type { IncomingMessage } from 'node:http';

/** The query parameters of a request; none where its address is no address. */
export function queryOf(request: IncomingMessage): Readonly<Record<string, string>> {
  const base = 'ws://localhost';
  const path = request.url ?? '/';
  return URL.canParse(path, base) ? Object.fromEntries(new URL(path, base).searchParams) : {};
}
