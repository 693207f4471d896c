import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export interface Packed {
  /** Path of the tarball. */
  readonly tarball: string;
  /** Bytes of the tarball. */
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number; readonly mode: number }[];
}

/** `npm pack` of this repository as it is built. */
export function pack(): Packed {
  if (!existsSync('dist/cli.js')) throw new Error('run `npm run build` first');
  const folder = mkdtempSync(join(tmpdir(), 'bargein-pack-'));
  const { status, stdout, stderr } = spawnSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm pack: ${stderr}`);
  // A list in most versions of npm, an object by name in the latest.
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string; size: number; files: Packed['files'] }>);
  return { tarball: join(folder, packed.filename), size: packed.size, files: packed.files };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };

/**
 * An empty project with the tarball installed, without a registry: what the package brings is unpacked, and each of the dependencies that it
 * declares, and nothing else, is lent from here.
 * @param alsoLent packages of the project's own
 */
export function install(tarball: string, alsoLent: readonly string[] = []): string {
  const project = mkdtempSync(join(tmpdir(), 'bargein-installed-'));
  const modules = join(project, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true, "type": "module" }\n');
  const { status, stderr } = spawnSync('tar', ['-xzf', tarball, '-C', modules], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
  renameSync(join(modules, 'package'), join(modules, 'bargein'));
  symlinkSync(join('..', 'bargein', 'dist', 'cli.js'), join(modules, '.bin', 'bargein'));
  for (const name of [...Object.keys(manifest.dependencies), ...alsoLent]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(resolve('node_modules', name), join(modules, name));
  }
  return project;
}
