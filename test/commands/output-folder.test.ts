import { describe, expect, it } from 'vitest';
import { chooseOutput } from '../../src/commands/output-folder.js';

const holding = (...paths: string[]) => (path: string) => paths.includes(path);

describe('the folder of a run', () => {
  it('is named after agent and profile, and counted up where that is taken', () => {
    expect(chooseOutput({}, 'reference:after', 'full', holding())).toEqual({ outputDir: 'results/reference-after-full', existing: 'refuse' });
    const taken = holding('results/reference-after-full', 'results/reference-after-full-2');
    expect(chooseOutput({}, 'reference:after', 'full', taken).outputDir).toBe('results/reference-after-full-3');
  });

  it('never leaves results/, whatever the agent is called', () => {
    for (const agent of ['../../etc', 'ws://host:1/a?b=c', '...', '-x-', 'a'.repeat(300)]) {
      const { outputDir } = chooseOutput({}, agent, 'quick', holding());
      expect(outputDir).toMatch(/^results\/[A-Za-z0-9_][A-Za-z0-9._-]*-quick$/);
      expect(outputDir.length).toBeLessThan(100);
    }
  });

  it('takes a name that was asked for as it is', () => {
    expect(chooseOutput({ output: 'here' }, 'a', 'full', holding('here'))).toEqual({ outputDir: 'here', existing: 'refuse' });
  });
});
