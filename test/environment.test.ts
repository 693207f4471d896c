import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commitLabel, environmentWarnings, packageVersion, readEnvironment } from '../src/environment.js';
import type { Environment } from '../src/types.js';

const idle: Environment = { version: '0.1.0', node: '20.20.2', os: 'Linux', cpu: 'any', cores: 2, load1: 0.3 };
const seen = (environment: Environment, clock?: 'virtual' | 'realtime') => environmentWarnings(environment, clock).map((warning) => warning.seen);

describe('the environment', () => {
  it('names machine and program', () => {
    const environment = readEnvironment();
    expect(environment.version).toBe((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version);
    expect(environment.version).toBe(packageVersion());
    expect(environment.node).toBe(process.versions.node);
    expect(environment.cores).toBeGreaterThanOrEqual(1);
    expect(environment.load1).toBeGreaterThanOrEqual(0);
    expect(environment.cpu).not.toBe('');
    expect(environment.os).toContain(process.arch);
  });

  it('is no cause for concern where it is idle and supported', () => {
    expect(seen(idle)).toEqual([]);
    for (const node of ['20.19.0', '22.1.0', '24.0.0']) expect(seen({ ...idle, node })).toEqual([]);
  });

  it('warns of a busy machine in real time only', () => {
    expect(seen({ ...idle, load1: 1.6 })).toEqual(['the load was 1.6 on 2 cores when the run began']);
    expect(seen({ ...idle, load1: 1.5 })).toEqual([]);
    expect(seen({ ...idle, load1: 9 }, 'virtual')).toEqual([]);
  });

  it('warns of one core and of an old Node', () => {
    expect(seen({ ...idle, cores: 1 })).toEqual(['this machine has a single core']);
    expect(seen({ ...idle, node: '20.18.3' }, 'virtual')).toEqual(['Node 20.18.3 is older than 20.19']);
    expect(seen({ ...idle, node: '18.20.0' })).toHaveLength(1);
  });
});

describe('the label', () => {
  const sha = '89ABCDEF0123456789abcdef0123456789abcdef';

  it.each(['GITHUB_SHA', 'CI_COMMIT_SHA', 'BUILDKITE_COMMIT', 'CIRCLE_SHA1', 'GIT_COMMIT', 'BUILD_SOURCEVERSION'])('is the commit in %s', (name) => {
    expect(commitLabel({ [name]: sha })).toBe('89abcdef');
  });

  it('is local without a commit', () => {
    expect(commitLabel({})).toBe('local');
    expect(commitLabel({ GITHUB_SHA: '', GIT_COMMIT: 'main; rm -rf' })).toBe('local');
    expect(commitLabel({ GITHUB_SHA: ' ', CI_COMMIT_SHA: sha })).toBe('89abcdef');
  });
});
