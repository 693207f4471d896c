import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { html, jsonData, plain } from '../../../src/report/html/markup.js';

describe('html', () => {
  it('escapes text and takes markup as it is', () => {
    expect(html`<p title="${'"><b>'}">${'<i>'}${html`<b>${'&'}</b>`}${[1, ' ', null, false]}</p>`.text).toBe('<p title="&quot;&gt;&lt;b&gt;">&lt;i&gt;<b>&amp;</b>1 </p>');
  });

  it('gives back any text in an element and in an attribute, and nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { document } = parseHTML(html`<html><body><p title="${text}">${text}</p></body></html>`.text);
        expect(document.querySelectorAll('body *')).toHaveLength(1);
        expect(document.querySelector('p')?.textContent).toBe(plain(text));
      }),
    );
  });
});

describe('jsonData', () => {
  it('reads back as it was, and cannot end its element', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { text } = jsonData(value);
        expect(text).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(jsonData('</script><!--').text).toBe('"\\u003c/script\\u003e\\u003c!--"');
  });
});
