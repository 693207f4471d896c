/** What one look has found. `remedy`: what to do about it. */
export type Check =
  | { readonly name: string; readonly status: 'ok'; readonly seen: string }
  | { readonly name: string; readonly status: 'warn' | 'fail'; readonly seen: string; readonly remedy: string };

export function ok(name: string, seen: string): Check {
  return { name, status: 'ok', seen };
}

/** Runs can be made, but some of what they say may be spoilt. */
export function warn(name: string, seen: string, remedy: string): Check {
  return { name, status: 'warn', seen, remedy };
}

/** A run cannot be made, or not be trusted. */
export function fail(name: string, seen: string, remedy: string): Check {
  return { name, status: 'fail', seen, remedy };
}
