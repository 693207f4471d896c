import { defaultCorpusDir, loadCorpus } from '../corpus/load.js';
import { exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import { drawLevelCurve } from './level-curve.js';
import type { Terminal } from './terminal.js';

/** Every field of a clip's entry with its unit, and the level over time with the onset marked. */
export async function inspectClip(id: string, flags: { readonly corpus?: string }, terminal: Terminal): Promise<ExitCode> {
  const corpus = await loadCorpus(flags.corpus ?? defaultCorpusDir);
  const entry = corpus.entry(id);
  const { pcm } = await corpus.clip(id);
  const facts: [string, string][] = [
    ['clip', entry.id],
    ['file', entry.file],
    ['sha256', entry.sha256],
    ['role', entry.role],
    ['kind', entry.kind],
    ['words', entry.words],
    ['language', entry.language],
    ['personas', entry.personas.join(', ') || 'none'],
    ['onset', `${entry.onsetMs} ms`],
    ['found by', entry.onsetMethod],
    ['end', `${entry.endMs} ms`],
    ['duration', `${entry.durationMs} ms, ${pcm.samples.length} samples at ${pcm.rateHz} Hz`],
    ['level', `${entry.activeLevelDbfs} dBFS active`],
    ['source', entry.source],
    ['licence', entry.licence],
    ['rebuilt', entry.rebuild],
  ];
  terminal.out(facts.map(([name, value]) => `${name.padEnd(9)} ${value}\n`).join(''));
  terminal.out(`\n${drawLevelCurve(pcm, entry, terminal.columns).join('\n')}\n`);
  return exitCode.ok;
}
