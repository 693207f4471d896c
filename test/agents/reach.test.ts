import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { absence, placeOfAgent } from '../../src/agents/place.js';
import { refuseUnreachable } from '../../src/agents/reach.js';
import { tcpServer } from './socket-servers.js';

const folder = mkdtempSync(join(tmpdir(), 'bargein-reach-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const whyUnreachable = (spec: string) => absence(placeOfAgent(spec), process.env, 5000);

describe('whether an agent is there', () => {
  it('finds that something listens, and that nothing does', async () => {
    const far = await tcpServer(null);
    expect(await whyUnreachable(`twilio:${far.address}`)).toBeNull();
    await far.close();
    expect(await whyUnreachable(`twilio:${far.address}`)).toBe(`${new URL(far.address).host}: nothing listens there`);
    await expect(refuseUnreachable(`pcm:${far.address}?token=secret-token`)).rejects.toThrow(/^the agent cannot be reached: (?!.*secret-token).*nothing listens there$/);
  });

  it('says of a host that does not exist that it does not', async () => {
    expect(await whyUnreachable('pipecat:ws://no-such-host.invalid:1/')).toMatch(/no host of this name|could not be looked up/);
  });

  it('looks a program up as the system would', async () => {
    const file = join(folder, 'agent');
    writeFileSync(file, '#!/bin/sh\n');
    chmodSync(file, 0o644);
    expect(await whyUnreachable('stdio:node eslint.config.js')).toBeNull();
    expect(await whyUnreachable('stdio:node agent.js')).toBe("node would find no file 'agent.js'");
    expect(await whyUnreachable('stdio:no-such-program-here --x')).toBe("there is no program 'no-such-program-here'");
    expect(await whyUnreachable('livekit-console:./no/such/file console')).toBe("there is no program './no/such/file'");
    expect(await whyUnreachable(`stdio:${file}`)).toBe(`there is no program '${file}'`);
    chmodSync(file, 0o755);
    expect(await whyUnreachable(`stdio:${file}`)).toBeNull();
  });

  it('runs no command that would get the address of a call, and looks its program up', async () => {
    const left = join(folder, 'left');
    const options = { 'address.command': `sh -c 'echo ws://127.0.0.1:1/ > ${left}'` };
    await refuseUnreachable('pcm:command', options);
    expect(existsSync(left)).toBe(false);
    await expect(refuseUnreachable('pcm:command', { 'address.command': 'no-such-program-here' })).rejects.toThrow("there is no program 'no-such-program-here'");
  });

  it('asks nothing of agents of this process', async () => {
    expect(await whyUnreachable('reference:after')).toBeNull();
    expect(await whyUnreachable('./my-agent.ts')).toBeNull();
  });
});
