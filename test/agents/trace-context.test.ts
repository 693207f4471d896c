import { afterEach, describe, expect, it } from 'vitest';
import { makeAgent } from '../../src/agents/index.js';
import { callEnvironment } from '../../src/agents/command.js';
import { openSocket } from '../../src/agents/socket.js';
import { LiveSession } from './live-session.js';
import { webSocketServer } from './socket-servers.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const made of open.splice(0).reverse()) await made.close();
});

/** The headers that a server saw of a connection. */
async function headersOf(offered: string | null, headers: Record<string, string> = {}): Promise<Record<string, unknown>> {
  let seen: Record<string, unknown> = {};
  const far = await webSocketServer((_, __, given) => (seen = given));
  open.push(far);
  const live = new LiveSession({ rateHz: 8000, frameMs: 20, codec: 'pcm16' });
  live.traceparent = offered;
  open.push(await openSocket(far.address, live.context(), { text: () => {}, binary: () => {} }, { headers, subprotocols: [], connectTimeoutMs: 5000 }));
  return seen;
}

/** The custom parameters of the start message that a Twilio bot was sent. */
async function parametersOf(offered: string | null): Promise<unknown> {
  let started: (parameters: unknown) => void = () => {};
  const parameters = new Promise((resolve) => (started = resolve));
  const far = await webSocketServer((socket) =>
    socket.on('message', (raw) => {
      const { event, start } = JSON.parse(String(raw)) as { event: string; start?: { customParameters: unknown } };
      if (event === 'start') started(start?.customParameters);
    }),
  );
  open.push(far);
  const live = await LiveSession.with(await makeAgent(`twilio:${far.address}`, { 'param.tenant': 'a' }), offered);
  if (live.session) open.push(live.session);
  return parameters;
}

describe('the place in a trace that an agent is offered', () => {
  it('is a header of the upgrade to a WebSocket, and none where there is none', async () => {
    expect(await headersOf(traceparent, { authorization: 'x' })).toMatchObject({ traceparent, authorization: 'x' });
    expect(await headersOf(null)).not.toHaveProperty('traceparent');
  });

  it('gives way to a header that the agent was configured with', async () => {
    expect(await headersOf(traceparent, { traceparent: 'mine' })).toMatchObject({ traceparent: 'mine' });
  });

  it('is a custom parameter of a Twilio call', async () => {
    expect(await parametersOf(traceparent)).toEqual({ traceparent, tenant: 'a' });
    expect(await parametersOf(null)).toEqual({ tenant: 'a' });
  });

  it('is a variable of a command', () => {
    const live = new LiveSession({ rateHz: 8000, frameMs: 20, codec: 'pcm16' });
    expect(callEnvironment(live.context(), 'unprompted', null)).not.toHaveProperty('TRACEPARENT');
    live.traceparent = traceparent;
    expect(callEnvironment(live.context(), 'unprompted', null)).toMatchObject({ TRACEPARENT: traceparent, BARGEIN_TURNS: 'unprompted' });
  });
});
