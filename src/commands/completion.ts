import { Command } from '@commander-js/extra-typings';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { Terminal } from './terminal.js';
import { oneOf } from './values.js';

const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const examples = `
Examples:
  source <(bargein completion bash)              (in ~/.bashrc)
  source <(bargein completion zsh)               (in ~/.zshrc, after compinit)
  bargein completion fish > ~/.config/fish/completions/bargein.fish`;

export function declareCompletion() {
  return new Command('completion')
    .summary('print completions for a shell')
    .description('Print what a shell needs to complete commands, flags and their values with the Tab key.')
    .argument('<shell>', 'bash, zsh or fish', oneOf('completion', shells))
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', examples);
}

/** `bargein completion`: made from the program itself, so that it knows what this version knows. */
export async function printCompletion(shell: Shell, program: CommandUnknownOpts, terminal: Pick<Terminal, 'out'>): Promise<ExitCode> {
  const [{ agentPrefixes }, { completionModel }, render] = await Promise.all([import('../agents/index.js'), import('./completion-model.js'), rendererOf(shell)]);
  terminal.out(render(completionModel(program, agentPrefixes())));
  return exitCode.ok;
}

async function rendererOf(shell: Shell) {
  switch (shell) {
    case 'bash':
      return (await import('./completion-bash.js')).bashCompletion;
    case 'zsh':
      return (await import('./completion-zsh.js')).zshCompletion;
    case 'fish':
      return (await import('./completion-fish.js')).fishCompletion;
  }
}
