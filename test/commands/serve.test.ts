import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { runProgram } from '../../src/commands/program.js';
import { exitCode } from '../../src/errors.js';
import { FakeBackend, FakeTerminal } from './fake.js';

async function serve(...words: string[]): Promise<{ code: number; terminal: FakeTerminal }> {
  const terminal = new FakeTerminal();
  return { code: await runProgram(['serve', ...words], terminal, new FakeBackend().load), terminal };
}

describe('bargein serve', () => {
  it('says where it serves what, takes calls, and ends with Ctrl-C', async () => {
    const terminal = new FakeTerminal();
    const said = new Promise<string>((resolve) => {
      const { out } = terminal;
      terminal.out = (text) => {
        out(text);
        resolve(text);
      };
    });
    const ended = runProgram(['serve', '--protocol', 'pcm', '--port', '0', '--agent-option', 'vad.kind=energy'], terminal, new FakeBackend().load);
    const line = await Promise.race([said, ended.then(() => `ended: ${terminal.stderr}`)]);
    const address = /^serving reference:after as pcm on (ws:\/\/127\.0\.0\.1:\d+\/)\n$/.exec(line)?.[1];
    expect(line).toMatch(/^serving /);
    const socket = new WebSocket(address as string);
    // Its own words: a clip of the corpus.
    await new Promise((resolve) => socket.on('message', (data, isBinary) => isBinary && resolve(data)));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    terminal.controller.abort();
    expect(await ended).toBe(exitCode.ok);
    await closed;
    expect(terminal.stderr).toBe('');
  });

  it.each([
    [['--protocol', 'sip'], /--protocol sip is not known/],
    [[], /--protocol/],
    [['--protocol', 'pcm', '--agent', 'reference:afer'], /no preset 'afer'/],
    [['--protocol', 'pcm', '--agent-option', 'vad.threshold=2'], /vad\.threshold=2/],
    [['--protocol', 'pcm', '--agent', 'pcm:ws://127.0.0.1:1/'], /runs elsewhere/],
    [['--protocol', 'pcm', '--response', 'no-such-clip'], /no-such-clip/],
    [['--protocol', 'pcm', '--corpus', '/nowhere'], /nowhere/],
    [['--protocol', 'livekit-console'], /--connect-addr/],
  ])('refuses %j with the remedy', async (words, message) => {
    const { code, terminal } = await serve(...words);
    expect(code).toBe(exitCode.usage);
    expect(terminal.stderr).toMatch(message);
    expect(terminal.stderr).toMatch(/\n {2}try: /);
    expect(terminal.stdout).toBe('');
  });
});
