/** HTML that is safe to put into a page as it is. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template: text is escaped, markup is not, of a list each item; nothing of null and false. */
export type Content = string | number | Markup | null | false | readonly Content[];

/** A template whose values are escaped unless they are markup already. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + rendered(values[i - 1]) + part));
}

/** Markup of our own making, as it is. */
export function raw(text: string): Markup {
  return new Markup(text);
}

function rendered(content: Content): string {
  if (content === null || content === false) return '';
  if (content instanceof Markup) return content.text;
  return Array.isArray(content) ? content.map(rendered).join('') : escapeHtml(String(content));
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text of others' making as text, in an element or an attribute in quotes. */
export function escapeHtml(text: string): string {
  return plain(text).replace(/[&<>"']/g, (character) => entities[character]);
}

/** What HTML has no place for, and what could hide or turn text around, is shown as a replacement character; line ends become spaces. */
export function plain(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ').replace(/[\p{C}\ufffe\uffff]/gu, '\ufffd');
}

/** A value as JSON for a `<script type="application/json">`: nothing in it can end the element. */
export function jsonData(value: unknown): Markup {
  return raw(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`));
}
