import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { blocksOf } from '../docs/blocks.js';
import type { Packed } from './installed.js';
import { install, pack } from './installed.js';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string; engines: { node: string }; dependencies: Record<string, string> };
let packed: Packed;
let project: string;

beforeAll(() => {
  packed = pack();
  project = install(packed.tarball, ['@types/node']);
}, 120_000);
afterAll(() => {
  for (const folder of [project, dirname(packed.tarball)]) rmSync(folder, { recursive: true, force: true });
});

const read = (path: string) => readFileSync(join(project, 'node_modules', 'bargein', path), 'utf8');

describe('the package', () => {
  it('holds what a user needs, and nothing of its making', () => {
    const paths = packed.files.map(({ path }) => path);
    for (const path of ['dist/cli.js', 'dist/index.js', 'dist/index.d.ts', 'corpus/manifest.json', 'corpus/NOTICE', 'corpus/draws/full.csv', 'docs/measurement.md', 'docs/examples/pcm-agent.mjs', 'LICENSE', 'README.md', 'CHANGELOG.md']) {
      expect(paths).toContain(path);
    }
    expect(paths.filter((path) => /^(src|test|scripts|results|node_modules)\/|\.map$|\.test\.|\.tgz$|^dist\/\.|tsconfig/.test(path))).toEqual([]);
  });

  it('is smaller than 25 MB, packed and unpacked', () => {
    expect(packed.size).toBeLessThan(25e6);
    expect(packed.files.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(25e6);
  });

  it('has every clip of its manifest, and no other', () => {
    const { clips } = JSON.parse(read('corpus/manifest.json')) as { clips: { file: string }[] };
    const audio = packed.files.map(({ path }) => path).filter((path) => path.endsWith('.wav'));
    expect(audio.sort()).toEqual(clips.map(({ file }) => `corpus/${file}`).sort());
  });

  it('imports nothing that it does not declare', () => {
    const known = new Set([...Object.keys(manifest.dependencies), ...builtinModules, ...builtinModules.map((name) => `node:${name}`), 'bargein']);
    const undeclared = packed.files
      .filter(({ path }) => /^dist\/.*\.js$/.test(path))
      .flatMap(({ path }) => [...read(path).matchAll(/^(?:import |(?:import|export)\b[^'"\n]* from )['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm)].map((match) => ({ path, name: match[1] ?? match[2] })))
      .filter(({ name }) => !name.startsWith('.') && !known.has(/^@/.test(name) ? name.split('/').slice(0, 2).join('/') : name.split('/')[0]));
    expect(undeclared).toEqual([]);
  });

  it('has pages whose links lead somewhere', () => {
    const pages = packed.files.map(({ path }) => path).filter((path) => path.endsWith('.md'));
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].filter(([, target]) => !existsSync(join(project, 'node_modules', 'bargein', dirname(page), target))).map(([, target]) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('has nothing that publint finds fault with', { timeout: 120_000 }, async () => {
    const { messages, pkg } = await publint({ pkgDir: join(project, 'node_modules', 'bargein'), pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });
});

describe('in an empty project', () => {
  const run = (program: string, ...words: string[]) => spawnSync(program, words, { cwd: project, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' }, timeout: 240_000 });

  it('npx finds the program, and the program its corpus', { timeout: 300_000 }, () => {
    const { status, stdout, stderr } = run('npx', '--no-install', 'bargein', 'run', '--limit', '3', '--no-clock-check', '--output', 'results/first');
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^bargein .+ · reference:after · /);
    expect(stdout).toContain('of bargein-default, 3 attempts');
    expect(readFileSync(join(project, 'results/first/attempts.csv'), 'utf8').trim().split('\n')).toHaveLength(4);
    const info = JSON.parse(readFileSync(join(project, 'results/first/run.json'), 'utf8')) as { version: string };
    expect(info.version).toBe(manifest.version);
  });

  it('README runs from code', { timeout: 240_000 }, () => {
    const [block] = blocksOf('README.md').filter(({ text }) => text.includes('runBenchmark('));
    writeFileSync(join(project, 'readme.mjs'), block.text.replace("profile: 'quick'", "profile: 'quick', limit: 3, agreementAttempts: 0"));
    const { stdout, stderr } = run(process.execPath, 'readme.mjs');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^within 60 ms: \d of \d\nwithin 100 ms: \d of \d\nwithin 250 ms: \d of \d\ngive or take \d+(\.\d+)? ms\n$/);
  });

  it('the compiler finds the types, and the program its parts', { timeout: 240_000 }, () => {
    writeFileSync(
      join(project, 'consumer.ts'),
      [
        "import { BargeinError, defineConfig, planAttempts, loadCorpus, runBenchmark } from 'bargein';",
        "import type { Agent, BargeinConfig, RunConfig, RunHooks, RunOutcome } from 'bargein';",
        "const config: BargeinConfig = defineConfig({ agent: 'reference:after', profile: 'quick', gates: ['errored <= 2%'] });",
        'export const measure = (run: RunConfig, hooks: RunHooks): Promise<RunOutcome> => runBenchmark(run, hooks);',
        "// @ts-expect-error a profile that does not exist",
        "defineConfig({ profile: 'quickest' });",
        'export type Mine = Agent;',
        "const thrown = new BargeinError('seen', 'hint');",
        "console.log(config.profile, thrown.message, [typeof runBenchmark, typeof planAttempts, typeof loadCorpus].join(' '));",
        '',
      ].join('\n'),
    );
    const options = { strict: true, module: 'nodenext', moduleResolution: 'nodenext', target: 'es2022', types: ['node'], skipLibCheck: false, outDir: 'out' };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['consumer.ts'] }));
    const compiled = run(process.execPath, realpathSync('node_modules/typescript/bin/tsc'), '-p', '.');
    expect(compiled.stdout).toBe('');
    const { stdout, stderr } = run(process.execPath, 'out/consumer.js');
    expect({ stdout, stderr }).toEqual({ stdout: 'quick seen function function function\n', stderr: '' });
  });
});
