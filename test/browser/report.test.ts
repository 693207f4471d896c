import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/wav.js';
import { runPage } from '../../src/report/html/run-page.js';
import { sweepPage } from '../../src/report/html/sweep-page.js';
import { sampleReport } from '../report/sample-report.js';
import { manyResults } from '../report/html/many-attempts.js';
import { makeTimelines } from '../report/html/sample-timelines.js';
import { sampleBehaviours, sweepOf } from '../report/sample-sweep.js';

/** Debian's package `chromium`, or another one that is named. */
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const found = existsSync(executablePath);
if (!found) console.warn(`report.html is not tried in a browser: ${executablePath} does not exist (apt-get install chromium, or set CHROMIUM_PATH)`);

const results = manyResults(60);
const missesOf = results.filter(({ outcome, attempt }) => outcome === 'talked-through' || (outcome === 'yielded' && attempt.intent !== 'interruption')).map(({ attempt }) => attempt.id);

describe.skipIf(!found)('pages in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bargein-browser-'));
  let browser: Browser;
  let page: Page;
  /** What the page asked for, and what it complained of. */
  let requests: string[];
  let complaints: string[];

  beforeAll(async () => {
    const report = sampleReport({ results, timelines: makeTimelines(results, 200, ({ attempt }) => attempt.id === missesOf[0]) });
    writeFileSync(join(folder, 'report.html'), runPage(report));
    const sketched = makeTimelines(results, 200);
    const unkept = { ...sketched, byAttempt: new Map([...sketched.byAttempt].map(([id, timeline]) => [id, { ...timeline, file: null }])) };
    writeFileSync(join(folder, 'unkept.html'), runPage(sampleReport({ results, timelines: unkept })));
    writeFileSync(join(folder, 'sweep.html'), sweepPage(sweepOf(sampleBehaviours)));
    // The second miss has its audio beside the file.
    mkdirSync(join(folder, 'audio'));
    writeFileSync(join(folder, 'audio', `${missesOf[1]}.wav`), encodeWav([new Int16Array(8000), new Int16Array(8000)], 8000));
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(options: BrowserContextOptions = {}, name = 'report.html'): Promise<void> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    page = await context.newPage();
    [requests, complaints] = [[], []];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await context.route(/^(?!file:|data:)/, (route) => route.abort());
    await page.goto(pathToFileURL(join(folder, name)).href);
  }

  /** Seconds of the player's audio, or what is wrong with it. */
  const playable = () => page.locator('#player audio').evaluate((audio: HTMLAudioElement) => new Promise<number | string>((resolve) => {
    audio.addEventListener('loadedmetadata', () => resolve(audio.duration), { once: true });
    audio.addEventListener('error', () => resolve(`error ${audio.error?.message}`), { once: true });
    audio.preload = 'auto';
    audio.load();
  }));
  const title = () => page.locator('#attempt-title').innerText();
  const visibleRows = (table: string) => page.locator(`${table} tbody tr:visible`).count();

  it('asks for nothing but itself, and complains of nothing', async () => {
    await open();
    await page.keyboard.press('j');
    await page.keyboard.press('n');
    await page.getByRole('button', { name: 'around the onset' }).click();
    await page.getByRole('button', { name: 'in dB' }).click();
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(join(folder, 'report.html')).href]);
    expect(complaints).toEqual([]);
  });

  it('begins with the first miss, and goes to the next attempts and misses by key', async () => {
    await open();
    expect(await title()).toContain(missesOf[0]);
    await page.keyboard.press('n');
    expect(await title()).toContain(missesOf[1]);
    await page.keyboard.press('p');
    expect(await title()).toContain(missesOf[0]);
    await page.keyboard.press('j');
    expect(await title()).toContain('f0001');
    await page.keyboard.press('k');
    expect(await title()).toContain('f0000');
    await page.locator('#strip').focus();
    await page.keyboard.press('ArrowRight');
    expect(await title()).toContain('f0001');
    await page.keyboard.press('End');
    expect(await title()).toContain('f0059');
    expect(await page.locator('#attempt-status').innerText()).toMatch(/^Attempt f0059, .*, 60 of 60$/);
    expect(await page.locator('#strip').getAttribute('aria-activedescendant')).toBe('a59');
  });

  it('leaves the keys alone while somebody types', async () => {
    await open();
    const before = await title();
    await page.locator('input[name=text]').fill('');
    await page.locator('input[name=text]').press('j');
    expect(await page.locator('input[name=text]').inputValue()).toBe('j');
    expect(await title()).toBe(before);
  });

  it('filters attempts, and moves among those that are left', async () => {
    await open();
    expect(await visibleRows('#list')).toBe(60);
    await page.locator('form[data-filters=list] select[name=kind]').selectOption('miss');
    expect(await visibleRows('#list')).toBe(missesOf.length);
    expect(await page.locator('form[data-filters=list] output').innerText()).toBe(`${missesOf.length} of 60 attempts`);
    await page.locator('form[data-filters=list] select[name=intent]').selectOption('interruption');
    const left = results.filter(({ outcome }) => outcome === 'talked-through').length;
    expect(await visibleRows('#list')).toBe(left);
    await page.getByRole('button', { name: 'clear' }).click();
    await expect.poll(() => visibleRows('#list')).toBe(60);
    await page.locator('input[name=text]').fill('user-7');
    expect(await visibleRows('#list')).toBe(results.filter(({ attempt }) => attempt.userClip?.includes('user-7')).length);
  });

  it('sorts by a head of the table, and the other way round', async () => {
    await open();
    const stops = async () => (await page.locator('#list tbody tr td:nth-child(3)').allInnerTexts()).map((text) => (text === '–' ? Infinity : Number(text)));
    await page.locator('#list th button', { hasText: 'stop, ms' }).click();
    const down = await stops();
    expect(down).toEqual([...down].sort((a, b) => (a === b ? 0 : b - a)));
    await page.locator('#list th button', { hasText: 'stop, ms' }).click();
    const up = await stops();
    expect(up).toEqual([...up].sort((a, b) => (a === b ? 0 : a - b)));
    expect(await page.locator('#list th[aria-sort]').getAttribute('aria-sort')).toBe('ascending');
  });

  it('filters the table of yield and hold, whose rows pick their attempts', async () => {
    await open();
    const all = await visibleRows('#cells');
    await page.locator('form[data-filters=cells] select[name=persona]').selectOption('angry');
    expect(await visibleRows('#cells')).toBeLessThan(all);
    const row = page.locator('#cells tbody tr:visible').first();
    const of = { intent: await row.getAttribute('data-intent'), persona: await row.getAttribute('data-persona'), condition: await row.getAttribute('data-condition') };
    await row.locator('button.pick').click();
    const same = results.filter(({ attempt }) => attempt.intent === of.intent && attempt.persona === of.persona && attempt.condition === of.condition);
    expect(await visibleRows('#list')).toBe(same.length);
    expect(await title()).toContain(same[0].attempt.id);
  });

  it('plays the audio that is put in, and the one that lies beside', async () => {
    await open();
    expect(await playable()).toBeCloseTo(4, 1);
    await page.keyboard.press('n');
    expect(await playable()).toBeCloseTo(1, 1);
    expect(complaints).toEqual([]);
  });

  it('has no player for what was not kept, and says how to get it', async () => {
    await open({}, 'unkept.html');
    expect(await page.locator('#player').innerText()).toContain('bargein measure FOLDER --keep-audio all');
    expect(await page.locator('#player audio').count()).toBe(0);
    expect(requests).toEqual([pathToFileURL(join(folder, 'unkept.html')).href]);
    await page.getByRole('button', { name: 'play what was rendered' }).click();
    await page.locator('#player .warn').waitFor();
    expect(await page.locator('#player').innerText()).toContain(`audio/${missesOf[0]}.wav is not there`);
    expect(await page.locator('#player audio').count()).toBe(0);
    expect(complaints.filter((text) => !text.includes('net::ERR_FILE_NOT_FOUND'))).toEqual([]);
  });

  it('plays what was not kept once it has been rendered beside the page', async () => {
    await open({}, 'unkept.html');
    await page.keyboard.press('n');
    await page.getByRole('button', { name: 'play what was rendered' }).click();
    expect(await page.locator('#player audio').getAttribute('src')).toBe(`audio/${missesOf[1]}.wav`);
    expect(await playable()).toBeCloseTo(1, 1);
    expect(complaints).toEqual([]);
  });

  it('draws what happened when, and in the zoom what is near the onset', async () => {
    await open();
    await page.locator('#list tbody tr[data-index="1"]').click();
    const labels = async () => page.locator('#timeline text.label').allTextContents();
    expect(await labels()).toEqual(expect.arrayContaining(['onset', 'VAD 40.0', 'cancel 60.0', 'flush 60.0', 'user ends 900.0']));
    await page.getByRole('button', { name: 'around the onset' }).click();
    expect(await labels()).not.toContain('user ends 900.0');
    expect(await page.locator('#timeline svg').getAttribute('aria-label')).toMatch(/^Timeline of f0001: .*heard stop at/);
  });

  it('shows where the agent is audible on either scale', async () => {
    await open();
    const seen = () => page.locator('#timeline svg').evaluate((svg) => {
      const boxes = (name: string) => [...svg.querySelectorAll(name)].map((part) => part.getBoundingClientRect());
      const [frame, lane] = [svg.getBoundingClientRect(), boxes('rect.lane')[1]];
      const arrows = boxes('polygon.audible').map(({ top, bottom, left, right }) => ({ fromMiddle: Math.abs((top + bottom - lane.top - lane.bottom) / 2), beside: left >= lane.right && right <= frame.right }));
      return { label: svg.querySelector('text.audible')?.textContent, arrows, inLane: boxes('text.audible').every(({ left, right }) => left >= lane.left && right <= lane.right) };
    });
    const linear = await seen();
    expect(linear).toMatchObject({ label: 'audible above -52.0 dBFS', inLane: true, arrows: [{ beside: true }, { beside: true }] });
    for (const { fromMiddle } of linear.arrows) expect(fromMiddle).toBeLessThan(1);
    await page.getByRole('button', { name: 'in dB' }).click();
    for (const { fromMiddle } of (await seen()).arrows) expect(fromMiddle).toBeGreaterThan(5);
    await open({ viewport: { width: 400, height: 800 } });
    expect((await seen()).inLane).toBe(true);
  });

  it.each([['light', 1280], ['dark', 1280], ['light', 400], ['dark', 400]] as const)('has contrast and no sideways scrolling: %s, %d px', async (colorScheme, width) => {
    await open({ colorScheme, viewport: { width, height: 800 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await page.evaluate(faintText)).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('has cells that are seen against the page, each with a letter: %s', async (colorScheme) => {
    await open({ colorScheme });
    const cells = await page.evaluate(() => {
      const made = document.createElement('div');
      document.querySelector('#attempts')?.append(made);
      const { kinds } = JSON.parse(document.querySelector('#data')?.textContent ?? '{}') as { kinds: Record<string, { css: string; letter: string }> };
      return Object.values(kinds).map(({ css, letter }) => {
        made.className = `cell ${css}`;
        return { css, letter, colour: getComputedStyle(made).backgroundColor, behind: getComputedStyle(document.querySelector('section') ?? document.body).backgroundColor };
      });
    });
    expect(cells.filter(({ colour, behind }) => contrast(colour, behind) < 3)).toEqual([]);
    expect(new Set(cells.map(({ letter }) => letter).filter((letter) => letter !== '')).size).toBe(9);
  });

  it('shows every column of a sweep at 1280 px, and scrolls its table where there is less room', async () => {
    const roomOf = async (width: number) => {
      await open({ viewport: { width, height: 900 } }, 'sweep.html');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      return page.locator('#choice .scroll').evaluate(({ clientWidth, scrollWidth }) => clientWidth - scrollWidth);
    };
    expect(await roomOf(1280)).toBe(0);
    expect(await roomOf(400)).toBeLessThan(0);
    expect(complaints).toEqual([]);
  });

  it('prints every part', async () => {
    await open();
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.emulateMedia({ media: 'print' });
    for (const id of ['headline', 'curve', 'yield-and-hold', 'stages', 'attempts', 'run']) expect(await page.locator(`#${id}`).isVisible()).toBe(true);
    expect(await page.locator('#list').isVisible()).toBe(false);
  });

  it('fits on paper: charts in full, the timeline and tables no wider, the heads of tables as text', async () => {
    await open();
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 700, height: 1000 });
    expect(await page.locator('#curve .wide').first().isVisible()).toBe(true);
    expect(await page.locator('#curve .narrow').first().isVisible()).toBe(false);
    const overhang = (selector: string) => page.locator(selector).evaluate((part) => part.getBoundingClientRect().right - (part.parentElement?.getBoundingClientRect().right ?? 0));
    for (const part of ['#timeline svg', '#cells', '#curve > figure .wide svg']) expect(await overhang(part)).toBeLessThanOrEqual(1);
    // A button has a box of its own, which is not repeated with the head.
    expect(await page.locator('#cells th button').first().evaluate((button) => getComputedStyle(button).display)).toBe('contents');
    expect(await page.locator('h2').first().evaluate((head) => getComputedStyle(head).breakAfter)).toBe('avoid');
  });
});

/** Contrast of two colours, `rgb(...)`, by WCAG 2. */
function contrast(...colours: readonly [string, string]): number {
  const [dark, light] = colours
    .map((colour) => (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((value) => Number(value) / 255).map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)))
    .map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b)
    .sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Text whose contrast to what lies behind it is below 4.5 (WCAG 2 AA; 3 where it is large). Runs in the page. */
function faintText(): string[] {
  const numbers = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]: number[]) => [r, g, b].map((value) => value / 255).map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)).reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element: Element | null): number[] => {
    for (let at = element; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = new Set<string>();
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
    if (!own || !element.checkVisibility() || element.closest('script, option, .out')) continue;
    const style = getComputedStyle(element);
    const [a, b] = [luminance(numbers(element instanceof SVGElement ? style.fill : style.color)), luminance(behind(element))].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) faint.add(`${element.tagName}.${element.getAttribute('class') ?? ''}: ${ratio.toFixed(2)}`);
  }
  return [...faint];
}
