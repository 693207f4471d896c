import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll } from 'vitest';

// Temporary folders that a test file makes, by whatever way, go when it is through.
const made: string[] = [];
const { mkdtempSync } = fs;
fs.mkdtempSync = ((...given: Parameters<typeof mkdtempSync>) => {
  const folder = mkdtempSync(...given);
  made.push(String(folder));
  return folder;
}) as typeof mkdtempSync;
syncBuiltinESMExports();

afterAll(() => {
  for (const folder of made.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
});
