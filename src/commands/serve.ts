import { Command } from '@commander-js/extra-typings';
import { defaultCorpusDir } from '../corpus/load.js';
import { BargeinError, exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { Served } from '../serve/call.js';
import type { EndedCall } from '../serve/lateness.js';
import { HrtimeClock } from '../time/index.js';
import type { Terminal } from './terminal.js';
import { oneOf, pairs, shortText, typedOptions, wholeNumber } from './values.js';

const socketProtocols = ['twilio', 'pcm', 'openai-realtime', 'pipecat'] as const;
const protocols = [...socketProtocols, 'livekit-console', 'stdio'] as const;

const examples = `
Examples:
  bargein serve --protocol twilio --port 8765
  bargein run --agent twilio:ws://127.0.0.1:8765/ --agent-option turns=response`;

export function declareServe() {
  return new Command('serve')
    .summary('serve a built-in agent behind a protocol')
    .description('Serve one of the built-in agents as a bot of that protocol, to be called by another program or by `bargein run`. Ends with Ctrl-C.')
    .requiredOption('--protocol <name>', 'twilio, pcm, openai-realtime, pipecat, livekit-console or stdio', oneOf('--protocol', protocols))
    .option('--port <n>', 'where to listen; 0: a free port', wholeNumber('--port', 0, 65_535), 8765)
    .option('--host <address>', 'the address to listen on', shortText('--host'), '127.0.0.1')
    .option('--max-calls <n>', 'calls at once; more are turned away', wholeNumber('--max-calls', 1, 10_000), 100)
    .option('--connect-addr <host:port>', 'livekit-console: the console to call')
    .option('--agent <name>', 'the agent (`bargein agents` lists them)', 'reference:after')
    .option('--agent-option <name=value>', 'an option of the agent (repeatable)', pairs('--agent-option', 'vad.threshold=0.5'))
    .option('--report-calls', 'a line of JSON on standard output for each call that is over: its seed, and how late the agent was, ms')
    .option('--response <clip>', 'the clip it speaks unasked (default: all agent clips in turn)')
    .option('--corpus <dir>', 'folder with manifest.json and clips (default: the one that comes along)')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', examples);
}

export type ServeFlags = ReturnType<ReturnType<typeof declareServe>['opts']>;

/** `bargein serve`: serves until it is interrupted, or until the one caller of stdio and livekit-console has hung up. */
export async function serve(flags: ServeFlags, terminal: Terminal): Promise<ExitCode> {
  const callEnded = (call: EndedCall) => terminal.out(`${JSON.stringify(call)}\n`);
  const served: Served = { ...(await servedBy(flags)), ...(flags.reportCalls && flags.protocol !== 'stdio' ? { callEnded } : {}) };
  const interrupted = new Promise<void>((resolve) => {
    if (terminal.signal.aborted) resolve();
    else terminal.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  switch (flags.protocol) {
    case 'stdio': {
      const { serveStdio } = await import('../serve/stdio.js');
      // Standard output carries the audio.
      terminal.err(`serving ${served.agent} on standard input and output\n`);
      await Promise.race([serveStdio(served, terminal.env), interrupted]);
      return exitCode.ok;
    }
    case 'livekit-console': {
      if (flags.connectAddr === undefined) throw new BargeinError('--protocol livekit-console needs to be told where the console listens', 'add --connect-addr HOST:PORT');
      const { dialConsole } = await import('../serve/livekit-console.js');
      terminal.out(`serving ${served.agent} as livekit-console to ${flags.connectAddr}\n`);
      await Promise.race([dialConsole(served, flags.connectAddr, terminal.env), interrupted]);
      return exitCode.ok;
    }
    case 'twilio':
    case 'pcm':
    case 'openai-realtime':
    case 'pipecat': {
      const { listen } = await import('../serve/server.js');
      const { address, close } = await listen({ protocol: flags.protocol, host: flags.host, port: flags.port, served, maxConnections: flags.maxCalls });
      terminal.out(`serving ${served.agent} as ${flags.protocol} on ${address}\n`);
      await interrupted;
      await close();
      return exitCode.ok;
    }
  }
}

async function servedBy(flags: ServeFlags): Promise<Served> {
  const { makeAgent } = await import('../agents/index.js');
  const { ownResponses } = await import('../serve/own-response.js');
  const agentOptions = typedOptions(flags.agentOption ?? {});
  const agent = await makeAgent(flags.agent, agentOptions);
  if (!agent.inProcess) throw new BargeinError(`agent '${agent.name}' runs elsewhere: only agents of bargein itself can be served`, 'use reference:after or reference:before');
  const ownResponse = await ownResponses(flags.corpus ?? defaultCorpusDir, flags.response ?? null);
  const served: Served = { agent: flags.agent, agentOptions, clock: HrtimeClock.modest(), ownResponse };
  await (await import('../serve/call.js')).ServedCall.warmUp(served);
  return served;
}
