// Checks who may import whom inside src/ (see docs/design.md): an import never points to a higher rank,
// folders of one rank do not import each other, and `replay` and `measure` meet only in the types.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
const ranks = [
  ['types.ts', 'errors.ts'],
  ['time', 'audio'],
  ['corpus', 'vad', 'detect', 'wires'],
  ['agents'],
  ['replay', 'measure', 'serve'],
  ['report', 'telemetry'],
  ['environment.ts', 'calibration'],
  ['run', 'score', 'doctor'],
  ['benchmark.ts'],
  ['config.ts', 'commands', 'index.ts'],
  ['cli.ts'],
];
// types.ts and errors.ts may be used together; config.ts, commands/ and index.ts are the outermost shell.
const mayMix = new Set(['types.ts errors.ts', 'errors.ts types.ts', 'commands config.ts', 'index.ts config.ts', 'environment.ts types.ts']);

export function rankOf(unit) {
  return ranks.findIndex((rank) => rank.includes(unit));
}

export function problemsIn(files) {
  const problems = [];
  for (const { path, text } of files) {
    const unit = path.split('/')[0];
    if (rankOf(unit) < 0) problems.push(`${path}: '${unit}' has no place in the tree of docs/design.md`);
    for (const match of text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
      const target = relative('/src', resolve('/src', dirname(path), match[1])).replace(/\.js$/, '.ts');
      const other = target.split('/')[0];
      if (other === unit || rankOf(unit) < 0) continue;
      const ok = rankOf(other) >= 0 && (rankOf(other) < rankOf(unit) || mayMix.has(`${unit} ${other}`));
      if (!ok) problems.push(`${path} must not import ${target}`);
    }
  }
  return problems;
}

function walk(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : path.endsWith('.ts') ? [path] : [];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = walk(root).map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }));
  const problems = problemsIn(files);
  for (const problem of problems) console.error(problem);
  console.log(`import directions: ${files.length} files, ${problems.length} problems`);
  process.exit(problems.length > 0 ? 1 : 0);
}
