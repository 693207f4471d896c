import type { Ms } from '../types.js';

/**
 * What `work` comes to, or an error where it does not settle within a real time. On the virtual clock nothing else can tell that
 * real work (a connection, a model) is stuck: its time stands still meanwhile.
 */
export function unlessStuck<T>(work: Promise<T>, limitMs: Ms, what: string | Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(typeof what === 'string' ? new Error(`${what}: no answer after ${limitMs} ms`) : what), limitMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
