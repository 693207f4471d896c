/** Tells a clock when its next deadline has come. It may also do so where none has. */
export interface Waker {
  /**
   * Sets the one deadline there is, on `process.hrtime.bigint()`, in place of any before; null: none. One that has passed is reported
   * as soon as what is ready now has run, never at once.
   */
  wakeAt(dueNs: bigint | null): void;
  onWake: () => void;
  /** Ends whatever it uses; nothing is reported any more. */
  close(): Promise<void>;
}
