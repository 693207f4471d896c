import { describe, expect, it } from 'vitest';
import { problemsIn } from '../../scripts/check-imports.js';

const file = (path: string, imported: string) => ({ path, text: `import { x } from '${imported}';\n` });

describe('import directions', () => {
  it('may point to lower ranks, and within a folder', () => {
    expect(problemsIn([file('detect/energy.ts', '../audio/activity.js'), file('replay/attempt.ts', './uplink.js'), file('audio/wav.ts', '../errors.js')])).toEqual([]);
  });

  it.each([
    ['a higher rank', file('audio/wav.ts', '../corpus/load.js')],
    ['a folder of the same rank', file('replay/attempt.ts', '../measure/attempt.js')],
    ['the top', file('detect/energy.ts', '../cli.js')],
    ['through a lazy import', { path: 'vad/silero.ts', text: "await import('../agents/index.js')" }],
  ])('may not point to %s', (_, wrong) => {
    expect(problemsIn([wrong])).toHaveLength(1);
  });

  it('need a place in the tree', () => {
    expect(problemsIn([file('misc/tools.ts', '../types.js')])[0]).toMatch(/no place/);
  });
});
