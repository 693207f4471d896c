import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { isPerCall, makeAgent } from '../../src/agents/index.js';
import { shownAgent } from '../../src/agents/shown-agent.js';
import type { AgentOptions } from '../../src/types.js';
import { blocksOf } from '../docs/blocks.js';
import { commandsIn } from '../docs/shell.js';
import { LiveSession, liveCalls, quoted, scriptCommand } from './live-session.js';

const folder = mkdtempSync(join(tmpdir(), 'bargein-call-address-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => void vi.unstubAllEnvs());

/** A service that gives out addresses by POST, each of them good for one call; what it gave out, and what it was asked for. */
const given: string[] = [];
const unused = new Set<string>();
const asked: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
const service = createServer(async (request, response) => {
  const body = await text(request);
  asked.push({ headers: request.headers, body });
  const { port } = service.address() as AddressInfo;
  const token = `tok-${given.length}-${'x9'.repeat(8)}`;
  given.push(token);
  unused.add(token);
  const address = `ws://127.0.0.1:${port}/calls/${token}/server_web_socket?again=${token}`;
  response.end(JSON.stringify({ joinUrl: address, transport: { websocketCallUrl: address } }));
});
const sockets = new WebSocketServer({ server: service });
sockets.on('connection', (socket, { url = '' }) => {
  const token = url.split('/')[2] ?? '';
  if (!unused.delete(token)) socket.close(4001, `the token ${token} was used before`);
  else if (url.includes('query=ends')) socket.close(4002, `${token} is over, see ${url}`);
  else socket.send(Buffer.alloc(640));
});
let door = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  door = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
  writeFileSync(join(folder, 'new-call.mjs'), `const { joinUrl } = await (await fetch(process.argv[2], { method: 'POST' })).json();\nconsole.log('calling');\nconsole.log(joinUrl);\nconsole.log('ws://127.0.0.1:1/another');\n`);
});
afterAll(() => {
  for (const socket of sockets.clients) socket.terminate();
  return new Promise((resolve) => service.close(resolve));
});

const newCall = () => `${quoted(process.execPath)} ${quoted(join(folder, 'new-call.mjs'))} ${door}`;
const agentOf = (command: string, options: AgentOptions = {}) => makeAgent('pcm:command', { 'address.command': command, ...options });
const call = liveCalls();

async function failureOf(command: string, options: AgentOptions = {}): Promise<string> {
  const agent = await agentOf(command, options);
  return LiveSession.with(agent).then(
    (live) => live.failure().finally(() => live.session?.close()),
    (thrown: Error) => thrown.message,
  );
}

describe('an address for each call', () => {
  it('is asked for before each, also of those at once', async () => {
    const agent = await agentOf(newCall(), { preset: 'ultravox' });
    const before = given.length;
    const first = await call(agent);
    await first.until(({ packets }) => packets.length === 1);
    const others = await Promise.all([call(agent), call(agent)]);
    for (const live of others) await live.until(({ packets }) => packets.length === 1);
    expect(given.length - before).toBe(3);
    expect([first, ...others].flatMap(({ failures }) => failures)).toEqual([]);
    expect(agent.name).toBe('pcm:command');
  });

  it('may be told of a shell, with the key from the environment', async () => {
    vi.stubEnv('BARGEIN_TEST_TOKEN', 'ws://127.0.0.1:1/sesame-sesame');
    expect(await failureOf(`sh -c 'echo "$BARGEIN_TEST_TOKEN"'`)).toBe('ws://127.0.0.1:1/***: nothing listens there');
  });

  /** The commands of the page, sent to this service. */
  const programs = ['curl', 'jq'].every((name) => spawnSync(name, ['--version']).status === 0);
  it.skipIf(!programs).each([
    ['vapi', 'VAPI_API_KEY', 'https://api.vapi.ai/call', 'authorization', 'Bearer sesame-sesame'],
    ['ultravox', 'ULTRAVOX_API_KEY', 'https://api.ultravox.ai/api/calls', 'x-api-key', 'sesame-sesame'],
  ])('is got by the command that the page gives for %s', async (preset, variable, url, header, sent) => {
    vi.stubEnv(variable, 'sesame-sesame');
    const page = blocksOf('docs/agents/pcm.md');
    const words = page.filter(({ language, text: block }) => language === 'sh' && block.includes(`preset=${preset}`)).flatMap((block) => commandsIn(block.text)).flat();
    const body = page.find(({ language, text: block }) => language === 'json' && block.includes(preset === 'vapi' ? 'vapi.websocket' : 'serverWebSocket'))?.text ?? '';
    writeFileSync(join(folder, `${preset}-call.json`), body);
    const command = words.find((word) => word.startsWith('address.command='))?.slice('address.command='.length) ?? '';
    expect(command).toContain(url);
    const live = await call(await agentOf(command.replace(url, door).replace('@', `@${folder}/`), { preset }));
    await live.until(({ packets }) => packets.length === 1);
    expect(asked.at(-1)?.headers).toMatchObject({ [header]: sent, 'content-type': 'application/json' });
    expect(JSON.parse(asked.at(-1)?.body ?? '')).toEqual(JSON.parse(body));
  });

  it('that was used before is told as the service tells it, without what would open it', async () => {
    const used = join(folder, 'used');
    const once = `[ -f ${used} ] || ${newCall()} > ${used}; cat ${used}`;
    const agent = await agentOf(`sh -c ${quoted(once)}`);
    await (await call(agent)).until(({ packets }) => packets.length === 1);
    const live = await call(agent);
    expect(await live.failure()).toBe('the agent closed the connection (4001): the token *** was used before');
    expect(readFileSync(used, 'utf8')).toContain(given.at(-1));
  });

  it('is hidden in whatever the far side says of it', async () => {
    expect(await failureOf(newCall(), { 'query.query': 'ends' })).toMatch(/^the agent closed the connection \(4002\): \*\*\* is over, see /);
    const said = await failureOf(newCall(), { 'query.query': 'ends' });
    for (const token of given) expect(said).not.toContain(token);
  });

  it.each([
    ['cannot be started', 'no-such-program-here', /^address\.command cannot be started: there is no program 'no-such-program-here'$/],
    ['fails', scriptCommand('console.error("first\\nHTTP 401: no such key"); process.exit(22)'), /^address\.command failed: it ended by itself \(exit code 22\): first \| HTTP 401: no such key$/],
    ['fails after its address', scriptCommand('console.log("wss://host.example/sesame-1"); console.error("see wss://host.example/sesame-1?x=1, that is sesame-1"); process.exit(1)'), /\(exit code 1\): see wss:\/\/host\.example\/\*\*\*, that is \*\*\*$/],
    ['says an address of which the beginning is cut off', scriptCommand('console.error("wss://host.example/" + "sesame-1".repeat(100)); process.exit(1)'), /\(exit code 1\): wss:\/\/host\.example\/\*\*\*$/],
    ['is killed', scriptCommand('process.kill(process.pid, "SIGKILL")'), /^address\.command failed: it ended by itself \(killed by SIGKILL\)$/],
    ['prints none', scriptCommand('console.log("null"); console.log("https://host.example/"); console.error("curl: (22) 401")'), /^address\.command printed no line that begins with ws:\/\/ or wss:\/\/: curl: \(22\) 401$/],
    ['prints nothing', scriptCommand(''), /^address\.command printed no line that begins with ws:\/\/ or wss:\/\/$/],
    ['prints what is no URL', scriptCommand('console.log("wss://")'), /^address\.command printed an address that is no URL$/],
    ['prints too much', scriptCommand('process.stdout.write("wss://host.example/sesame-1\\n" + "x".repeat(70000)); setInterval(() => {}, 1000)'), /^address\.command printed more than 64 kB$/],
  ])('is missed with a reason where the command %s', async (_, command, reason) => {
    const said = await failureOf(command);
    expect(said).toMatch(reason);
    expect(said).not.toContain('sesame');
  });

  it('is not waited for without end, and what the command has started ends with it', async () => {
    const pids = join(folder, 'pids');
    const command = `sh -c ${quoted(`sleep 600 & echo $$ $! > ${pids}; echo waiting >&2; wait`)}`;
    expect(await failureOf(command, { 'connect.timeoutMs': 1000 })).toBe('address.command: no answer after 1000 ms: waiting');
    for (const pid of readFileSync(pids, 'utf8').split(' ').map(Number)) await untilDead(pid);
  });

  it('is got by a command that waits for the end of its input, and that may close it', async () => {
    vi.stubEnv('BARGEIN_TEST_ADDRESS', 'ws://127.0.0.1:1/');
    for (const command of [`sh -c 'cat; echo $BARGEIN_TEST_ADDRESS'`, `sh -c 'exec <&-; echo $BARGEIN_TEST_ADDRESS'`]) expect(await failureOf(command)).toBe('ws://127.0.0.1:1/: nothing listens there');
  });

  it('needs no key on a network in the clear', async () => {
    vi.stubEnv('BARGEIN_TEST_KEY', 'open sesame');
    expect(await failureOf(scriptCommand('console.log("ws://host.example/sesame-1")'), { 'auth.env': 'BARGEIN_TEST_KEY' })).toBe("agent 'pcm:command': the key of BARGEIN_TEST_KEY would go to host.example unencrypted");
  });
});

/** A process that has been killed stays in the table until it has been waited for. */
async function untilDead(pid: number): Promise<void> {
  const state = () => spawnSync('ps', ['-o', 'stat=', '-p', String(pid)]).stdout.toString();
  while (!/^(?:Z.*)?$/s.test(state())) await new Promise((resolve) => setImmediate(resolve));
}

describe('the spec of such an agent', () => {
  it('names no address', async () => {
    expect(['pcm:command', 'pcm: command', 'pcm:ws://command/', 'stdio:command', 'twilio:command', 'pcm'].map(isPerCall)).toEqual([true, true, false, false, false, false]);
    expect(await refusalOf('pcm:command', {})).toEqual(["agent 'pcm:command': no option address.command says what gets the address of a call", "--agent-option address.command=COMMAND, or give an address: --agent 'pcm:ws://127.0.0.1:8765/'"]);
    expect(await refusalOf('pcm:wss://host.example/x', { 'address.command': 'get' })).toEqual(["agent 'pcm:wss://host.example/x': it has an address, and option address.command gets another one for each call", 'leave the address out: --agent pcm:command, or the option']);
  });

  it.each([
    ['a | b', /only a shell understands/],
    [`sh -c 'curl -H "Authorization: Bearer sk-12345678" https://host.example/'`, /address\.command holds what looks like a secret/],
    ['get --token 12345678', /address\.command holds what looks like a secret/],
  ])('is refused with the command %s', async (command, reason) => {
    expect((await refusalOf('pcm:command', { 'address.command': command }))[0]).toMatch(reason);
  });

  it.each([
    `sh -c 'curl -H "Authorization: Bearer $VAPI_API_KEY" https://host.example/'`,
    `sh -c 'curl -H "X-API-Key: \${ULTRAVOX_API_KEY}" https://host.example/'`,
    `sh -c 'get --token "$TOKEN" | jq -r .joinUrl'`,
    `sh -c "get --api-key=\\$TOKEN"`,
    'node new-call.mjs',
  ])('may have the command %s', async (command) => {
    expect((await agentOf(command)).options['address.command']).toBe(command);
  });
});

async function refusalOf(spec: string, options: AgentOptions): Promise<string[]> {
  return makeAgent(spec, options).then(
    () => [],
    ({ message, hint }: { message: string; hint: string }) => [message, hint],
  );
}

describe('an address that is itself the key', () => {
  it.each([
    ['pcm:wss://api.vapi.ai/7420f27a/transport', 'vapi', 'pcm:wss://api.vapi.ai/***'],
    ['pcm:wss://host.example:8443/?call=7420f27a', 'ultravox', 'pcm:wss://host.example:8443/***'],
    ['pcm:wss:\\\\host.example\\7420f27a', 'vapi', 'pcm:wss://host.example/***'],
    ['pcm: WSS://someone:7420f27a@host.example', 'vapi', 'pcm: wss://host.example/'],
    ['pmc:wss://host.example/7420f27a', 'vapi', 'pmc:wss://host.example/***'],
    ['https://host.example/7420f27a', 'vapi', 'https://host.example/***'],
    ['pcm:wss://7420f27a:x', 'vapi', 'pcm:***'],
    ['pcm:command', 'vapi', 'pcm:command'],
    ['pcm:wss://host.example/call?token=7420f27a', 'deepgram', 'pcm:wss://host.example/call?token=***'],
    ['reference:after', undefined, 'reference:after'],
  ])('is shown with nothing but its host: %s, %s', (spec, preset, shown) => {
    expect(shownAgent(spec, preset === undefined ? {} : { preset })).toBe(shown);
  });

  it('is hidden in errors too', async () => {
    const [key, preset] = ['7420f27a-30fd-4f49', 'vapi'];
    expect((await makeAgent(`pcm:wss://host.example/${key}/transport`, { preset })).name).toBe('pcm:wss://host.example/***');
    for (const spec of [`pmc:wss://host.example/${key}`, `wss://host.example/${key}`]) expect((await refusalOf(spec, { preset })).join()).not.toContain(key);
    const { port } = service.address() as AddressInfo;
    const live = await call(await makeAgent(`pcm:ws://127.0.0.1:${port}/calls/${key}/transport`, { preset }));
    expect(await live.failure()).toBe('the agent closed the connection (4001): the token *** was used before');
    await expect(LiveSession.with(await makeAgent(`pcm:ws://127.0.0.1:1/${key}`, { preset }))).rejects.toThrow(/^ws:\/\/127\.0\.0\.1:1\/\*\*\*: nothing listens there$/);
  });
});
