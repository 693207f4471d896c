import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What CI systems and shells set for the commands of the pages. An unknown variable is an error of the shell. */
const variables: Readonly<Record<string, string>> = {
  AWS_BATCH_JOB_ARRAY_INDEX: '0',
  BRANCH: 'branch',
  BUCKET: 'bucket',
  BUILD: 'build-1',
  CI_NODE_INDEX: '1',
  GITHUB_SHA: '0123abc',
  GITHUB_STEP_SUMMARY: '/dev/null',
  HOME: '/nonexistent',
  JOB_COMPLETION_INDEX: '0',
};

/** The shell itself takes the text apart; every command that is no part of it is written down in place of being run. */
const recorder = `
PATH=/nonexistent
record() { printf '%s\\0' "$#" "$@" >&3; }
command_not_found_handle() { record "$@"; }
git() { record git "$@"; echo 0123abc; }
set -u
`;

/** Redirections of a text write here, and its patterns of file names find nothing. */
const emptyFolder = mkdtempSync(join(tmpdir(), 'bargein-shell-'));

/**
 * The commands of a shell text, each as its words. Commands put into the background come in their place.
 * @throws Error for what is no shell, and for a variable that is not known here
 */
export function commandsIn(text: string): string[][] {
  const foreground = text.replace(/(?<!&)&[ \t]*$/gm, '');
  const { error, status, stderr, output } = spawnSync('bash', ['--noprofile', '--norc', '-c', recorder + foreground], { cwd: emptyFolder, stdio: ['ignore', 'ignore', 'pipe', 'pipe'], env: { ...variables }, encoding: 'utf8' });
  if (error) throw error;
  if (stderr !== '') throw new Error(`the shell says (status ${status}): ${stderr.trim()}\n  a variable that is right wants a value in test/docs/shell.ts; what is no shell text its language after the fence`);
  const fields = String(output[3]).split('\0').slice(0, -1);
  const commands: string[][] = [];
  for (let at = 0; at < fields.length; at += Number(fields[at]) + 1) commands.push(fields.slice(at + 1, at + 1 + Number(fields[at])));
  return commands;
}

/** What a command of a page is: a call of this program, something of this package that is there, or a program of others. */
export type Call = { readonly kind: 'bargein'; readonly words: string[] } | { readonly kind: 'known' } | { readonly kind: 'foreign'; readonly program: string };

/** Commands that are the same everywhere and whose doing is no claim about this program; filters of jq are run by a test of their own. */
const everywhere = ['cat', 'cp', 'git', 'jq', 'mkdir', 'sudo'];
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const root = process.cwd();
const npmItself = ['ci', 'cit', 'init', 'install', 'pack', 'test'];

/** @throws Error for an npm script and a file that are not there */
export function callOf(command: readonly string[]): Call {
  const [program, first, ...rest] = command;
  if (program === 'bargein') return { kind: 'bargein', words: command.slice(1) };
  if (program === 'npx' && first === 'bargein') return { kind: 'bargein', words: rest };
  if (program === 'node' && first === 'dist/cli.js') return { kind: 'bargein', words: rest };
  if (program === 'npm' && first === 'start') return { kind: 'bargein', words: ['run', ...rest.slice(rest[0] === '--' ? 1 : 0)] };
  if (program === 'npm') {
    if (first === 'run' ? !Object.hasOwn(scripts, rest[0]) : !npmItself.includes(first)) throw new Error(`npm has no '${command.slice(1).join(' ')}' here`);
    return { kind: 'known' };
  }
  if (program === 'node' && /\.[cm]?js$/.test(first ?? '')) {
    const path = first.replace(/^node_modules\/bargein\//, '');
    if (!existsSync(join(root, path))) throw new Error(`${first} does not exist`);
    return { kind: 'known' };
  }
  return everywhere.includes(program) ? { kind: 'known' } : { kind: 'foreign', program };
}
