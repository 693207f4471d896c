import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reportThrown } from '../../src/commands/exit.js';
import { latestReport } from '../../src/commands/latest-report.js';
import { openReport } from '../../src/commands/open.js';
import { startViewer, viewerFor } from '../../src/commands/viewer.js';
import type { Viewer } from '../../src/commands/viewer.js';
import { FakeTerminal } from './fake.js';

const screen = { DISPLAY: ':0' };

/** A folder with empty reports at these places, each written a second after the one before. */
function folderWith(...places: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'bargein-open-'));
  for (const [i, place] of places.entries()) {
    mkdirSync(dirname(join(folder, place)), { recursive: true });
    writeFileSync(join(folder, place), '');
    utimesSync(join(folder, place), 1000 + i, 1000 + i);
  }
  return folder;
}

async function open(run: string, { print = false, env = screen as Record<string, string>, fails = false } = {}) {
  const terminal = new FakeTerminal();
  terminal.env = env;
  const started: Viewer[] = [];
  const start = async (viewer: Viewer) => {
    if (fails) throw new Error('ENOENT');
    started.push(viewer);
  };
  const code = await openReport(run, { ...(print && { print: true as const }) }, terminal, { platform: 'linux', start }).catch((thrown: unknown) => reportThrown(thrown, terminal));
  return { code, started, ...terminal };
}

describe('bargein open', () => {
  it('opens the report of a run and says which', async () => {
    const folder = folderWith('report.html');
    expect(await open(folder)).toMatchObject({ code: 0, stdout: `${join(folder, 'report.html')}\n`, stderr: '', started: [{ program: 'xdg-open', words: [join(folder, 'report.html')] }] });
    expect(await open(join(folder, 'report.html'))).toMatchObject({ code: 0, started: [{ program: 'xdg-open' }] });
  });

  it('only prints the path with --print, without a display, and where nothing can open it', async () => {
    const folder = folderWith('report.html');
    const path = `${join(folder, 'report.html')}\n`;
    expect(await open(folder, { print: true })).toMatchObject({ code: 0, stdout: path, stderr: '', started: [] });
    expect(await open(folder, { env: {} })).toMatchObject({ code: 0, stdout: path, stderr: 'there is no display here: open the file elsewhere\n', started: [] });
    expect(await open(folder, { fails: true })).toMatchObject({ code: 0, stdout: path, stderr: 'xdg-open shows nothing: open the file with a browser\n' });
  });

  it.each([
    ['nowhere/at/all', /^error: nowhere\/at\/all does not exist\n {2}try: /],
    [folderWith('run.json'), /holds no report\.html\n {2}try: .*--report html/],
    [join(folderWith('run.json'), 'run.json'), /is no HTML report\n {2}try: /],
  ])('refuses %s', async (run, message) => {
    const { code, stderr, stdout } = await open(run);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('the report written last', () => {
  it('is found among runs and sweeps', () => {
    const folder = folderWith('a/report.html', 'sweep/points/1/report.html', 'later/report.html', 'far/too/deep/below/report.html');
    expect(latestReport(folder)).toBe(join(folder, 'later/report.html'));
    utimesSync(join(folder, 'sweep/points/1/report.html'), 5000, 5000);
    expect(latestReport(folder)).toBe(join(folder, 'sweep/points/1/report.html'));
    expect(latestReport(folderWith('a/attempts.csv'))).toBe(null);
    expect(latestReport(join(folder, 'missing'))).toBe(null);
  });
});

describe('the viewer', () => {
  const path = "/tmp/it's; & $(here)/report.html";

  it('is that of the platform, and is given the path as one word', () => {
    expect(viewerFor(path, 'darwin', {})).toEqual({ program: 'open', words: [path] });
    expect(viewerFor(path, 'win32', {})).toEqual({ program: 'rundll32', words: ['url.dll,FileProtocolHandler', path] });
    expect(viewerFor(path, 'linux', { WAYLAND_DISPLAY: 'wayland-0' })).toEqual({ program: 'xdg-open', words: [path] });
    expect(viewerFor(path, 'linux', {})).toBe(null);
  });

  it('that does not exist is an error, and one that does is left to itself', async () => {
    await expect(startViewer({ program: 'no-such-program-here', words: [] })).rejects.toThrow(/ENOENT/);
    await expect(startViewer({ program: process.execPath, words: ['--version'] })).resolves.toBe(undefined);
    await expect(startViewer({ program: process.execPath, words: ['-e', 'process.exit(4)'] })).rejects.toThrow('ended with 4');
  });
});
