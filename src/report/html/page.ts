import { script, scriptHash, style } from './assets.js';
import { html, jsonData, raw } from './markup.js';
import type { Markup } from './markup.js';

export interface Page {
  readonly title: string;
  /** The first heading and what stands beside it. */
  readonly head: Markup;
  readonly sections: readonly Section[];
  /** What the script of the page is given. */
  readonly data: unknown;
}

export interface Section {
  /** Letters and hyphens: what links point to. */
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

/** Nothing but what is in the page, and audio beside it. Styles are not by hash: charts set properties on their elements. */
const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${scriptHash}'; img-src data:; media-src data: 'self' file:; base-uri 'none'; form-action 'none'`;

/** A page that needs no other file and no network. Equal pages give equal bytes. */
export function renderPage({ title, head, sections, data }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#${sections[0].id}">Skip to the results</a>
<header>${head}
<nav aria-label="Sections">${sections.map(({ id, title: name }) => html`<a href="#${id}">${name}</a> `)}</nav>
</header>
<main>
${sections.map(({ id, title: name, body }) => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${name}</h2>
${body}
</section>
`)}</main>
<script type="application/json" id="data">${jsonData(data)}</script>
<script>${raw(script)}</script>
</body>
</html>
`.text;
}
