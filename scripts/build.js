// Compiles src/ to dist/ when dist/ is older than any source (or always, with --force), so that
// `npm start` and `npm test` work after `npm ci --ignore-scripts` as well.
import { cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = join(root, 'dist', '.built');

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const sources = ['src', 'tsconfig.json', 'package-lock.json'].map((name) => newest(join(root, name)));
const stale = !existsSync(stampFile) || statSync(stampFile).mtimeMs < Math.max(...sources);
if (stale || process.argv.includes('--force')) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(tsc)) {
    // Installed without development dependencies, or without sources: nothing to compile with.
    if (process.argv.includes('--if-possible')) process.exit(0);
    console.error('build: typescript is not installed. Run `npm ci` first.');
    process.exit(2);
  }
  const done = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], { stdio: 'inherit' });
  if (done.status !== 0) process.exit(done.status ?? 1);
  // What a page of HTML carries in itself is no TypeScript.
  const page = join('report', 'html');
  for (const asset of ['style.css', 'client']) cpSync(join(root, 'src', page, asset), join(root, 'dist', page, asset), { recursive: true });
  chmodSync(join(root, 'dist', 'cli.js'), 0o755);
  writeFileSync(stampFile, '');
}
