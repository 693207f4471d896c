import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/serve/server.js';
import { HrtimeClock } from '../../src/time/index.js';
import { program, startNode } from '../fixtures/program.js';
import { speechLike } from '../fixtures/speech.js';

/** A certificate of its own for localhost; null where there is no openssl to make one. */
function madeCertificate(folder: string): { key: string; cert: string } | null {
  const made = { key: join(folder, 'localhost.key'), cert: join(folder, 'localhost.crt') };
  const asked = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=a test', '-addext', 'subjectAltName=DNS:localhost'];
  try {
    execFileSync('openssl', ['req', '-x509', ...asked, '-days', '2', '-keyout', made.key, '-out', made.cert], { stdio: 'pipe' });
    return made;
  } catch {
    return null;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'bargein-tls-'));
const certificate = madeCertificate(folder);
if (certificate === null) {
  rmSync(folder, { recursive: true });
  console.log('skipped: an agent over TLS (there is no openssl to make a certificate)');
}

describe.skipIf(certificate === null)('an agent over TLS', { timeout: 120_000 }, () => {
  const { key, cert } = certificate ?? { key: '', cert: '' };
  const open: { close(): unknown }[] = [];
  let address = '';

  beforeAll(async () => {
    const own = speechLike(16_000, 3000, [[0, 3000]], 5);
    const served = { agent: 'programmed', agentOptions: {}, clock: new HrtimeClock(), ownResponse: async (rateHz: number) => ({ ...own, rateHz }) };
    const agent = await listen({ protocol: 'pcm', port: 0, served });
    const { port } = new URL(agent.address);
    const door = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (caller) => {
      const behind = connect(Number(port), '127.0.0.1');
      for (const [one, other] of [[caller, behind], [behind, caller]] as const) one.on('error', () => other.destroy()).pipe(other);
    });
    door.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => void door.listen(0, '127.0.0.1', resolve));
    open.push(agent, door);
    address = `wss://localhost:${(door.address() as AddressInfo).port}/`;
  });
  afterAll(async () => {
    for (const made of open.reverse()) await made.close();
    rmSync(folder, { recursive: true });
  });

  const calibrated = (env: Record<string, string>) => {
    const words = ['calibrate', '--agent', `pcm:${address}`, '--attempts', '3', '--controls', '0', '--concurrency', '3', '--json', '--quiet'];
    return startNode([program, ...words], env).ended;
  };

  it('is measured where its authority is trusted', async () => {
    const { stdout } = await calibrated({ NODE_EXTRA_CA_CERTS: cert });
    const measured = JSON.parse(stdout) as { n: number; missed: number };
    expect(measured.missed, stdout).toBe(0);
    expect(measured.n, stdout).toBeGreaterThan(0);
  });

  it('is refused where it is not, with what helps', async () => {
    const { stdout, stderr } = await calibrated({ NODE_EXTRA_CA_CERTS: '' });
    expect(`${stdout}${stderr}`).toMatch(/signed by itself; NODE_EXTRA_CA_CERTS/);
  });
});
