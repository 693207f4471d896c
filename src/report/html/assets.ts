import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** What every page carries in itself: files beside this one, put in as they are. */
function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

/** In this order; they share one scope of their own. */
const scripts = ['envelope', 'tables', 'timeline', 'attempts', 'start'] as const;

export const style = read('style.css');
export const script = `(() => {\n'use strict';\n${scripts.map((name) => read(`client/${name}.js`)).join('')}})();\n`;

/** What a Content-Security-Policy knows the script by. */
export const scriptHash = `sha256-${createHash('sha256').update(script).digest('base64')}`;
