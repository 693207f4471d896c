import { existsSync, readFileSync, statSync } from 'node:fs';
import { BargeinError } from '../errors.js';
import type { Ms } from '../types.js';
import { connectionFault } from './place.js';
import type { AgentPlace } from './place.js';
import { isLoopback } from './socket-address.js';

/** Looks at an agent: what it is now, as a text that differs from that of any other start of it; null while it is not there. */
export type Look = () => Promise<string | null>;

const connectLimitMs: Ms = 1000;

/**
 * How to tell that an agent has been started anew, without a call.
 * @throws BargeinError for an agent of which nothing can be seen from here
 */
export function lookAt(place: AgentPlace, shown: string): Look {
  switch (place.kind) {
    case 'in-process':
      throw new BargeinError(`the agent ${shown} runs in this process and is never restarted`, "watch one of your own: --agent ./my-agent.ts, or twilio:ws://HOST:PORT/PATH");
    case 'file':
      return lookAtFiles([place.path]);
    case 'command': {
      const files = place.words.filter((word) => existsSync(word) && statSync(word).isFile());
      if (files.length === 0) throw new BargeinError(`the command of ${shown} names no file that could change`, 'name its script with a path from here, e.g. stdio:node my-agent.js');
      return lookAtFiles(files);
    }
    case 'per-call':
      throw new BargeinError(`the agent ${shown} is at another address in each call, and never seen to be restarted`, 'replay against it with `bargein run`, or watch one of your own');
    case 'socket':
      return lookAtSocket(place.host, place.port);
  }
}

/** A file that is being written may be missing for a moment. */
export function lookAtFiles(paths: readonly string[]): Look {
  return async () => {
    const facts = paths.map((path) => statSync(path, { throwIfNoEntry: false }));
    return facts.every((fact) => fact !== undefined) ? facts.map(({ mtimeMs, size, ino }) => `${mtimeMs}/${size}/${ino}`).join(' ') : null;
  };
}

/**
 * On this machine Linux tells which socket listens: a restart is seen however quick it is, and nothing is connected to. Elsewhere a
 * connection is opened and closed; an agent that was found away and then there is another one.
 */
export function lookAtSocket(host: string, port: number, listeners: (port: number) => string | null = readListeners, fault = connectionFault): Look {
  let starts = 0;
  let away = true;
  return async () => {
    const listening = isLoopback(host) || host === '::1' ? listeners(port) : null;
    if (listening !== null) return listening;
    const refused = await fault(host, port, connectLimitMs);
    if (refused === null && away) starts++;
    away = refused !== null;
    return away ? null : `start ${starts}`;
  };
}

function readListeners(port: number): string | null {
  const texts = ['/proc/net/tcp', '/proc/net/tcp6'].filter((path) => existsSync(path)).map((path) => readFileSync(path, 'utf8'));
  return listenersIn(texts.join('\n'), port);
}

const listenState = '0A';

/**
 * The sockets that listen on a port, by their inodes; null where there is none. Lines as in proc(5), /proc/net/tcp: number, local
 * address, remote address, state, queues, timer, retransmits, user, timeout, inode.
 */
export function listenersIn(table: string, port: number): string | null {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === listenState && local.split(':')[1] === wanted ? [inode] : [];
  });
  return inodes.length === 0 ? null : `listener ${inodes.sort().join(' ')}`;
}
