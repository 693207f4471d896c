/** Whether a child can lead a process group of its own. */
export const hasGroups = process.platform !== 'win32';

/** Signals a child that leads a group, and all of that group, also those that it has left behind. Nothing happens where there is none left. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(hasGroups ? -pid : pid, signal);
  } catch {
    // There is none left.
  }
}
