import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/commands/program.js';
import { exitCode } from '../../src/errors.js';
import { FakeBackend, FakeTerminal } from './fake.js';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

async function scriptOf(shell: Shell): Promise<string> {
  const terminal = new FakeTerminal();
  expect(await runProgram(['completion', shell], terminal, new FakeBackend().load), terminal.stderr).toBe(exitCode.ok);
  return terminal.stdout;
}

/** A folder with a script, a folder and a file to complete. */
const folder = mkdtempSync(join(tmpdir(), 'bargein-completion-'));
mkdirSync(join(folder, 'results'));
writeFileSync(join(folder, 'readme.wav'), '');
const scriptAt = (shell: Shell) => join(folder, `completion.${shell}`);

beforeAll(async () => {
  for (const shell of shells) writeFileSync(scriptAt(shell), await scriptOf(shell));
});

function run(program: string, words: readonly string[]): string[] {
  const { stdout, stderr, status, error } = spawnSync(program, words, { cwd: folder, encoding: 'utf8', timeout: 30_000 });
  expect({ error, stderr, status }).toMatchObject({ error: undefined, stderr: '', status: 0 });
  return stdout.split('\n').filter((line) => line !== '');
}

/** What each shell proposes for a line, the cursor at its end, as words that would stand on the line. */
const proposals: Record<Shell, (line: string) => string[]> = {
  // As bash calls it: by the line; the words in COMP_WORDS, which it splits at colons too, are not used.
  bash: (line) => run('bash', ['--norc', '--noprofile', '-c', 'source "$1"; COMP_LINE="$2"; COMP_POINT=${#COMP_LINE}; _bargein; printf "%s\\n" "${COMPREPLY[@]}"', 'bash', scriptAt('bash'), line]),
  // The words that reach compadd, by its own filter of what matches (-O); files are left to zsh.
  zsh: (line) => run('zsh', ['-f', '-c', zshDriver, 'zsh', scriptAt('zsh'), line]),
  fish: (line) => run('fish', ['-N', '-c', 'source $argv[1]; complete -C $argv[2]', scriptAt('fish'), line]).map((found) => found.split('\t')[0]),
};

/** Completes a line as zsh does, with what its widgets would set, and the functions that need a terminal in place of its own. */
const zshDriver = `
compdef() { : }
compset() {
  local cut="\${(M)PREFIX##\${~2}}"
  case "$2" in '*=') cut="\${PREFIX%%=*}=" ;; '*,') [[ "$PREFIX" == *,* ]] && cut="\${PREFIX%,*}," || cut='' ;; esac
  IPREFIX="$IPREFIX$cut"; PREFIX="\${PREFIX#$cut}"
}
compadd() {
  while [[ "$1" != -- ]]; do shift; done; shift
  local word; for word in "$@"; do [[ "$word" == "$PREFIX"* ]] && print -r -- "$IPREFIX$word"; done; true
}
_describe() {
  local -a entries; entries=("\${(@P)4}"); local entry
  for entry in "\${entries[@]}"; do [[ "$entry" == "$PREFIX"* ]] && print -r -- "\${entry%%:*}"; done; true
}
_files() { print -r -- "files $*" }
source "$1"
words=("\${(@s: :)2}"); CURRENT=\${#words}; PREFIX="\${words[CURRENT]}"; IPREFIX=''
_bargein
`;

const installed = (shell: Shell) => spawnSync(shell, ['--version']).status === 0;

describe.each(shells.map((shell) => ({ shell, title: installed(shell) ? shell : `${shell}: not installed, and so not tried` })))('completion in $title', ({ shell }) => {
  const complete = (line: string) => proposals[shell](line);
  const here = installed(shell) ? it : it.skip;


  here('proposes the commands, and those of a command', () => {
    expect(complete('bargein ')).toEqual(expect.arrayContaining(['run', 'sweep', 'compare', 'completion', 'corpus']));
    expect(complete('bargein ca')).toEqual(['calibrate']);
    expect(complete('bargein corpus ').sort()).toEqual(['add', 'inspect', 'list', 'validate']);
  });

  here('proposes the flags of the command that is meant, and none of another', () => {
    expect(complete('bargein run --cl')).toEqual(expect.arrayContaining(['--clock']));
    expect(complete('bargein run --no-cl')).toEqual(['--no-clock-check']);
    expect(complete('bargein corpus add --int')).toEqual(['--intent']);
    expect(complete('bargein agents --clock')).toEqual([]);
  });

  here('proposes the values of a flag that takes one of a few', () => {
    expect(complete('bargein run --clock ').sort()).toEqual(['realtime', 'virtual']);
    expect(complete('bargein run --limit 3 --profile st')).toEqual(['standard']);
    expect(complete('bargein serve --protocol pip')).toEqual(['pipecat']);
    expect(complete('bargein completion z')).toEqual(['zsh']);
    expect(complete('bargein run --limit ')).toEqual([]);
  });

  here('goes on after a comma', () => {
    expect(complete('bargein run --condition clean,te').map((word) => word.replace(/.*,/, ''))).toEqual(['telephone']);
  });
});

describe('completion in bash', () => {
  const complete = proposals.bash;

  it('knows the agents, colons and all: bash wants what follows the last colon', () => {
    expect(complete('bargein run --agent refe')).toEqual(['reference:after', 'reference:before']);
    expect(complete('bargein run --agent reference:b')).toEqual(['before']);
    expect(complete('bargein run --agent=reference:b')).toEqual(['before']);
    expect(complete('bargein run --agent tw')).toEqual(['twilio:ws://']);
    expect(complete('bargein run --clock=v')).toEqual(['virtual']);
  });

  it('proposes files and folders where they are meant', () => {
    expect(complete('bargein score rea')).toEqual(['readme.wav']);
    expect(complete('bargein measure r')).toEqual(['results']);
    expect(complete('bargein run --corpus r')).toEqual(['results']);
    expect(complete('bargein run --prompt-audio r').sort()).toEqual(['readme.wav', 'results']);
  });

  it('is not led astray by values that are named as commands', () => {
    expect(complete('bargein sweep run --par')).toEqual(['--param']);
    expect(complete('bargein run --label corpus --lab')).toEqual(['--label']);
  });
});

it('refuses other shells', async () => {
  const terminal = new FakeTerminal();
  expect(await runProgram(['completion', 'powershell'], terminal, new FakeBackend().load)).toBe(exitCode.usage);
  expect(terminal.stderr).toMatch(/^error: completion powershell is not known\n {2}try: use one of bash, zsh, fish\n$/);
});
