import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, type } from 'node:os';
import type { Environment, Warning } from './types.js';

/** What the package's `engines` asks for. */
const leastNode = [20, 19] as const;

/** Variables in which build services put the commit, in the order they are asked. */
const commitVariables = [
  'GITHUB_SHA',
  'CI_COMMIT_SHA', // GitLab
  'BUILDKITE_COMMIT',
  'CIRCLE_SHA1',
  'BITBUCKET_COMMIT',
  'BUILD_SOURCEVERSION', // Azure Pipelines
  'DRONE_COMMIT_SHA',
  'TRAVIS_COMMIT',
  'SEMAPHORE_GIT_SHA',
  'CODEBUILD_RESOLVED_SOURCE_VERSION',
  'GIT_COMMIT', // Jenkins
] as const;
const shortCommitLength = 8;

/** The version in this package's own package.json. */
export function packageVersion(): string {
  const path = new URL('../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
  return version;
}

/** How many sessions or workers this process can run side by side. */
export function coreCount(): number {
  return availableParallelism();
}

/** The machine and the program, as they are now. `load1` is the load average of the last minute (0 on Windows). */
export function readEnvironment(): Environment {
  return {
    version: packageVersion(),
    node: process.versions.node,
    os: `${type()} ${release()} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: coreCount(),
    load1: Math.round(loadavg()[0] * 100) / 100,
  };
}

/** The build's name: the commit that CI sets, shortened to 8 digits; `local` where there is none. */
export function commitLabel(env: Readonly<Record<string, string | undefined>>): string {
  const commit = commitVariables.map((name) => env[name]?.trim() ?? '').find((value) => /^[0-9a-f]{7,64}$/i.test(value));
  return commit ? commit.slice(0, shortCommitLength).toLowerCase() : 'local';
}

/**
 * What about this machine may spoil a run. A busy machine matters in real time only: on the virtual clock nothing can be late.
 */
export function environmentWarnings(environment: Environment, clock: 'virtual' | 'realtime' = 'realtime'): Warning[] {
  const warnings: Warning[] = [];
  const { cores, load1, node } = environment;
  if (!nodeIsSupported(node)) {
    warnings.push({
      seen: `Node ${node} is older than ${leastNode.join('.')}`,
      cause: 'this version has not been tested',
      remedy: 'use Node 20.19, 22 or 24',
    });
  }
  if (clock === 'realtime') warnings.push(...[coreWarning(cores), loadWarning(load1, cores)].filter((warning) => warning !== null));
  return warnings;
}

/** What speaks against so many cores in real time; null: nothing. */
export function coreWarning(cores: number): Warning | null {
  if (cores > 1) return null;
  return {
    seen: 'this machine has a single core',
    cause: 'an agent on the same machine takes its time from the harness',
    remedy: 'run the agent elsewhere, or use `--clock virtual` for an in-process agent',
  };
}

/** What speaks against such a load in real time; null: nothing. */
export function loadWarning(load1: number, cores: number): Warning | null {
  // Less than half a core is free.
  if (load1 <= cores - 0.5) return null;
  return {
    seen: `the load was ${load1} on ${cores} ${cores === 1 ? 'core' : 'cores'} when the run began`,
    cause: 'other programs make frames late; such attempts count as harness-late, not against the agent',
    remedy: 'stop them, or lower `--concurrency`',
  };
}

export function nodeIsSupported(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
}
