import { Command } from '@commander-js/extra-typings';
import { exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { Terminal } from './terminal.js';

export function declareAgents() {
  return new Command('agents')
    .summary('list the agents and their options')
    .description('List the agents that can be replayed against, and the options of each.')
    .helpOption('-h, --help', 'show this text');
}

/** `bargein agents`: what `--agent` and `--agent-option` take. */
export async function listAgents(terminal: Terminal): Promise<ExitCode> {
  const { agentSpecs, describeOptions } = await import('../agents/index.js');
  const width = Math.min(terminal.columns, 80);
  const lines = wrapped(`agents: ${agentSpecs().join(', ')}`, width);
  const options = await describeOptions();
  for (const agent of new Set(options.map((option) => option.agent))) {
    lines.push('', `options of ${agent}, set with --agent-option name=value:`);
    for (const { name, default: value, allowed, doc } of options.filter((option) => option.agent === agent)) {
      lines.push(`  ${name}`, ...[doc, `${allowed}; default ${value === '' ? 'none' : value}`].flatMap((text) => wrapped(text, width - 6).map((line) => `      ${line}`)));
    }
  }
  terminal.out(lines.map((line) => `${line}\n`).join(''));
  return exitCode.ok;
}

/** Lines of at most `width` characters, broken at blanks. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
