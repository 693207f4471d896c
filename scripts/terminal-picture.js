// Takes a picture of what a terminal shows: text with colours on standard input, a PNG out. Needs Chromium (Debian package `chromium`).
// Usage: FORCE_COLOR=1 npx bargein run --profile quick | node scripts/terminal-picture.js docs/images/terminal.png
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [path] = process.argv.slice(2);
if (!path) throw new Error('name the PNG to write');
const colours = { 31: '#ff8a80', 32: '#5fd38a', 33: '#f0b95a', 36: '#4fc3c9', 90: '#8b98a5' };
const escaped = (text) => text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character]);

/** Spans with the styles that are in force; of the select graphic rendition only bold, dim and the few colours above. */
function toHtml(text) {
  let [bold, dim, colour] = [false, false, null];
  return text.split(/(\x1b\[[0-9;]*m)/).map((piece) => {
    const codes = /^\x1b\[([0-9;]*)m$/.exec(piece)?.[1].split(';').map(Number);
    if (!codes) return piece === '' ? '' : `<span style="${bold ? 'font-weight:700;' : ''}${dim ? 'opacity:.65;' : ''}${colour ? `color:${colour};` : ''}">${escaped(piece)}</span>`;
    for (const code of codes) {
      if (code === 0) [bold, dim, colour] = [false, false, null];
      else if (code === 1) bold = true;
      else if (code === 2) dim = true;
      else if (code === 22) [bold, dim] = [false, false];
      else if (code === 39) colour = null;
      else colour = colours[code] ?? colour;
    }
    return '';
  }).join('');
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 760, height: 400 } });
await page.setContent(`<body style="margin:0;background:#0f1419"><pre style="margin:0;padding:18px 22px;color:#e8edf2;font:14px/1.35 'DejaVu Sans Mono',monospace;display:inline-block">${toHtml(readFileSync(0, 'utf8').trimEnd())}</pre></body>`);
await page.locator('pre').screenshot({ path });
await browser.close();
