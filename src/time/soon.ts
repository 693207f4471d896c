/** Runs something once all that is ready to run now has run. Takes no time that any clock would know of. */
export function afterAllReady(run: () => void): void {
  setImmediate(run);
}
