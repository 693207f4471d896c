import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block of a Markdown file. */
export interface Block {
  /** e.g. `docs/ci.md:72`: the file, and the line of the opening fence. */
  readonly at: string;
  readonly file: string;
  /** The first word after the fence; `sh` where there is none. */
  readonly language: string;
  readonly text: string;
  /** What `<!-- not run: REASON -->` in the line before says; null without one. */
  readonly notRun: string | null;
}

/** README, changelog and all pages below docs/, relative to the working directory. */
export function documents(): string[] {
  const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  return ['README.md', 'CHANGELOG.md', ...pages.map((name) => join('docs', name)).sort()];
}

export function blocksOf(file: string): Block[] {
  return blocksIn(readFileSync(file, 'utf8'), file);
}

/** The fenced blocks of a Markdown text, without the indentation of their fence. */
export function blocksIn(markdown: string, file: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const opening = /^(\s*)(`{3,}|~{3,})\s*(\S*)/.exec(lines[i]);
    if (!opening) continue;
    const [, indent, fence, language] = opening;
    const end = lines.findIndex((line, at) => at > i && line.trim() === fence);
    if (end < 0) throw new Error(`${file}:${i + 1}: this block is never closed`);
    const text = lines.slice(i + 1, end).map((line) => line.replace(new RegExp(`^ {0,${indent.length}}`), ''));
    const before = lines.slice(0, i).findLast((line) => line.trim() !== '') ?? '';
    blocks.push({ at: `${file}:${i + 1}`, file, language: language || 'sh', text: `${text.join('\n')}\n`, notRun: /^\s*<!-- not run: (.+) -->\s*$/.exec(before)?.[1] ?? null });
    i = end;
  }
  return blocks;
}

/** Whole calls in a line of text or a table: `npx bargein run ...` between backticks. */
export function inlineCalls(file: string): { readonly at: string; readonly text: string }[] {
  const found = [];
  for (const [i, line] of readFileSync(file, 'utf8').split('\n').entries())
    for (const [, text] of line.matchAll(/`(npx bargein [^`]+)`/g)) found.push({ at: `${file}:${i + 1}`, text });
  return found;
}
