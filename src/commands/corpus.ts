import { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../errors.js';
import { addRecording, declareAdd } from './corpus-add.js';
import { inspectClip } from './corpus-inspect.js';
import { listClips } from './corpus-list.js';
import { validate } from './corpus-validate.js';
import type { Terminal } from './terminal.js';
import { oneOf } from './values.js';

const corpusFlag = ['--corpus <dir>', 'folder with manifest.json and clips (default: the one that comes along)'] as const;

/** `bargein corpus` with its subcommands; `ending` takes what each of them ends with. */
export function declareCorpus(terminal: Terminal, ending: (work: Promise<ExitCode>) => Promise<void>) {
  const corpus = new Command('corpus')
    .summary('look into a corpus of recordings, check it, add to it')
    .description('Look into a corpus of recordings, check it, or add to it.')
    .helpOption('-h, --help', 'show this text')
    .helpCommand(false);
  corpus
    .command('list')
    .summary('list the clips')
    .description('List the clips by role: kind, language, length and onset in ms, words.')
    .option('--role <role>', 'only agent, interruption, backchannel or noise', oneOf('--role', ['agent', 'interruption', 'backchannel', 'noise']))
    .option(...corpusFlag)
    .helpOption('-h, --help', 'show this text')
    .action((flags) => ending(listClips(flags, terminal)));
  corpus
    .command('validate')
    .summary('compare every clip with the manifest')
    .description('Read every clip and compare it with the manifest.')
    .option(...corpusFlag)
    .helpOption('-h, --help', 'show this text')
    .action((flags) => ending(validate(flags, terminal)));
  corpus
    .command('inspect')
    .summary('show all that is known of a clip')
    .argument('<clip>', 'its id in the manifest')
    .description('Show all that is known of a clip, and its level over time.')
    .option(...corpusFlag)
    .helpOption('-h, --help', 'show this text')
    .action((clip, flags) => ending(inspectClip(clip, flags, terminal)));
  corpus.addCommand(declareAdd().action((file, flags) => ending(addRecording(file, flags, terminal))));
  return corpus;
}
