import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listenersIn, lookAt, lookAtFiles, lookAtSocket } from '../../src/agents/fingerprint.js';
import { placeOfAgent } from '../../src/agents/place.js';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:223D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:223D 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 100 0 0 10 0
   0: 00000000000000000000000000000000:223D 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4710 1 0000000000000000 100 0 0 10 0`;

const listen = (port: number) => new Promise<Server>((resolve) => {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, '127.0.0.1', () => resolve(server));
});
const close = (server: Server) => new Promise((resolve) => server.close(resolve));

describe('a socket', () => {
  it('is known by those who listen on it, not by their connections', () => {
    expect(listenersIn(table, 8765)).toBe('listener 4710 4711');
    expect(listenersIn(table, 80)).toBe('listener 4713');
    expect(listenersIn(table, 0x5022)).toBe(null);
    expect(listenersIn('', 8765)).toBe(null);
  });

  it('that is opened anew is another one, and none while it is closed', async () => {
    const first = await listen(0);
    const { port } = first.address() as AddressInfo;
    const look = lookAtSocket('127.0.0.1', port);
    const before = await look();
    expect(before).not.toBe(null);
    expect(await look()).toBe(before);
    await close(first);
    expect(await look()).toBe(null);
    const second = await listen(port);
    const after = await look();
    expect(after).not.toBe(null);
    expect(after).not.toBe(before);
    await close(second);
  });

  it('elsewhere is another one when it was found away', async () => {
    const faults: (string | null)[] = [null, null, 'nothing listens there', null, null];
    const look = lookAtSocket('agent.example', 80, () => 'never asked', async () => faults.shift() ?? null);
    const seen = [];
    for (let i = 0; i < 5; i++) seen.push(await look());
    expect(seen).toEqual(['start 1', 'start 1', null, 'start 2', 'start 2']);
  });
});

describe('a file', () => {
  it('is another one when it is written, and none while it is gone', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'bargein-look-')), 'agent.ts');
    const look = lookAtFiles([path]);
    expect(await look()).toBe(null);
    writeFileSync(path, 'one');
    const before = await look();
    expect(before).not.toBe(null);
    expect(await look()).toBe(before);
    writeFileSync(path, 'longer');
    expect(await look()).not.toBe(before);
    rmSync(path);
    expect(await look()).toBe(null);
  });
});

describe('an agent', () => {
  it('is watched by its place', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'bargein-look-')), 'agent.js');
    writeFileSync(path, '');
    expect(await lookAt(placeOfAgent(path), path)()).not.toBe(null);
    expect(await lookAt(placeOfAgent(`stdio:node ${path}`), 'x')()).not.toBe(null);
  });

  it('of which nothing can be seen is refused with the remedy', () => {
    expect(() => lookAt(placeOfAgent('reference:after'), 'reference:after')).toThrow(/never restarted/);
    expect(() => lookAt(placeOfAgent('pcm:command', { 'address.command': 'new-call' }), 'pcm:command')).toThrow(/another address in each call/);
    expect(() => lookAt(placeOfAgent('stdio:my-agent --fast'), 'x')).toThrow(/names no file/);
  });
});
