import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { program, startNode } from '../fixtures/program.js';
import type { Started } from '../fixtures/program.js';

const children: ChildProcess[] = [];
afterAll(() => children.splice(0).forEach((child) => child.kill()));

function start(...words: string[]): Started {
  const started = startNode(words);
  children.push(started.child);
  return started;
}

/** Starts an example on a free port. @returns the address that it prints */
function serve(example: string): Promise<string> {
  const { child, texts, ended } = start(join('docs', 'examples', example), 'corpus/clips/agent-en-platform.wav', '0');
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      const address = /ws:\/\/127\.0\.0\.1:\d+\//.exec(texts.stdout)?.[0];
      if (address) resolve(address);
    });
    void ended.then(({ code, stderr }) => reject(new Error(`${example} ended with ${code}: ${stderr}`)));
  });
}

describe('the agents to copy', () => {
  it.concurrent.each([
    ['pcm', 'pcm-agent.mjs'],
    ['twilio', 'twilio-bot.mjs'],
  ])('are measured over their wire: %s', { timeout: 540_000 }, async (wire, example) => {
    const address = await serve(example);
    const output = join(mkdtempSync(join(tmpdir(), 'bargein-example-')), 'run');
    const { texts, ended } = start(program, 'run', '--agent', `${wire}:${address}`, '--filter', 'intent=interruption', '--filter', 'persona=angry,soft', '--limit', '2', '--warmup', '0', '--retries', '0', '--quiet', '--output', output);
    const { code } = await ended;
    // On a busy machine the run says that it cannot be trusted: 3.
    expect([0, 3], texts.stderr).toContain(code);
    expect(texts.stdout).toMatch(new RegExp(`^bargein .+ · ${wire}:${address}`));
    expect(texts.stdout).toContain('realtime clock');
    const rows = parse(readFileSync(join(output, 'attempts.csv'), 'utf8'), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      expect(row.error, row.error).toBe('');
      // It was called, it spoke, and it told the client to drop what it had sent.
      if (row.outcome === 'yielded') expect(Number(row.cancel_ms)).toBeGreaterThan(0);
      else if (row.outcome === 'invalid') expect(row.invalid_reason).toBe('harness-late');
      else expect(Number(row.actual_offset_ms), row.outcome).toBeGreaterThan(0);
    }
  });
});
