/** The wall clock, once: the stamp of a run's start, ISO 8601. */
export function wallClockStamp(): string {
  return new Date().toISOString();
}
