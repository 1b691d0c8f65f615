/* The reading page of the API escapes all that it shows, and changes no JSON. */
import { describe, expect, it } from 'vitest';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { describeApi } from '../../../../../services/gateway/describe/openapi/document.ts';
import { jsonText, jsonView } from '../../../../../services/gateway/describe/page/code-view.ts';
import { html, inline, trusted } from '../../../../../services/gateway/describe/page/html.ts';
import { renderPage } from '../../../../../services/gateway/describe/page/page.ts';

describe('the HTML of the reading page', () => {
  it('escapes whatever is put in, unless it is HTML already', () => {
    const evil = `<b a='1' b="2">&`;
    expect(html`<p title="${evil}">${evil}</p>`.html).toBe(
      '<p title="&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;">&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;</p>',
    );
    expect(html`${[trusted('<i>'), 1, false, undefined, 'x']}`.html).toBe('<i>1x');
  });

  it('shows what stands in backticks as code', () => {
    expect(html`${inline('a `<b>` c')}`.html).toBe('a <code>&lt;b&gt;</code> c');
  });

  it('escapes the document too', async () => {
    const page = renderPage(await inSlices(describeApi({ version: '<script>alert(1)</script>' })), true).html;
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });
});

describe('JSON to read', () => {
  it('stays on one line where it fits', () => {
    expect(jsonText({ a: [1, 2], b: {} })).toBe('{ "a": [ 1, 2 ], "b": {} }');
    const long = { steps: [{ action: 'goto', url: '/' }, 'x'.repeat(60)] };
    expect(jsonText(long)).toBe(
      `{\n  "steps": [\n    { "action": "goto", "url": "/" },\n    "${'x'.repeat(60)}"\n  ]\n}`,
    );
    expect(JSON.parse(jsonText(long))).toEqual(long);
  });

  it('tells keys, texts and numbers apart, and changes nothing', () => {
    const shown = jsonView(jsonText({ 'a"b': '<1>: 2', n: -1.5, ok: true })).html;
    expect(shown).toContain('<i class="s">&quot;&lt;1&gt;: 2&quot;</i>');
    expect(shown).toContain('<i class="n">-1.5</i>');
    expect(shown.match(/class="k"/g)).toHaveLength(3);
  });
});
