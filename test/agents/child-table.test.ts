import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ChildTable } from '../../src/agents/child-table.js';
import type { ChildPlace } from '../../src/agents/child-table.js';

/** Starts a program that does nothing until it is ended. */
function startIn(place: ChildPlace): { child: ChildProcess; signal: Promise<NodeJS.Signals | null> } {
  const env = { ...process.env, ...place.mark.environment };
  const child = place.fill(() => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env, stdio: 'ignore', detached: true }));
  return { child, signal: new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal))) };
}

describe('the children of a thread', () => {
  it('are ended by whoever has their memory, and no more are started then', async () => {
    const table = ChildTable.make();
    const other = new ChildTable(structuredClone(table.memory));
    const { signal } = startIn(table.take());
    other.close();
    expect(await signal).toBe('SIGKILL');
    expect(() => table.take()).toThrow('the program is ending');
  });

  it.skipIf(process.platform !== 'linux')('are ended by their mark too, where their process id is not known, and nobody else is', async () => {
    const [table, another] = [ChildTable.make(), ChildTable.make()];
    const place = table.take();
    const { signal } = startIn(place);
    const spared = startIn(another.take());
    place.childEnded();
    table.close();
    expect(await signal).toBe('SIGKILL');
    spared.child.kill('SIGTERM');
    expect(await spared.signal).toBe('SIGTERM');
  });

  it('have as many places as there are, which others get once they are left', () => {
    const table = ChildTable.make(1);
    const place = table.take();
    expect(() => table.take()).toThrow('cannot be started: 1 are running already');
    place.leave();
    const next = table.take();
    place.childEnded();
    place.leave();
    expect(() => table.take()).toThrow('running already');
    expect(() => next.fill(() => { throw new Error('no memory'); })).toThrow('no memory');
    table.take().fill(() => ({ pid: undefined }));
    table.take();
  });
});
