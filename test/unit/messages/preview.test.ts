import { describe, expect, it } from 'vitest';
import type { Attachment, ParsedMessage } from '../../../src/contract/message.js';
import { withInlineImages } from '../../../src/messages/inline-images.js';
import { previewDocument } from '../../../src/messages/preview.js';
import { tooHeavy } from '../../../src/messages/preview-weight.js';

const attachment = (contentId: string, contentType = 'image/png', bytes = 3): Attachment => ({
  ...{ filename: null, contentType, contentId, inline: true, size: bytes },
  content: Buffer.alloc(bytes, 'x'),
});
const message = (over: Partial<ParsedMessage>): ParsedMessage => ({
  ...{ messageId: null, from: [], to: [], cc: [], subject: '', date: null, headers: [], attachments: [] },
  ...{ text: null, html: null, ...over },
});
const DATA = 'data:image/png;base64,eHh4';

describe('images of a message', () => {
  it('are put in for each way of naming them', () => {
    const all = [attachment('logo@x'), attachment('a b@x')];
    for (const [html, expected] of [
      ['<img src="cid:logo@x">', `<img src="${DATA}">`],
      ["<img src='CID:logo%40x'>", `<img src='${DATA}'>`],
      ['<img src=cid:logo@x>', `<img src=${DATA}>`],
      ['<p style="background:url(cid:logo@x)">', `<p style="background:url(${DATA})">`],
      ['<img src="cid:a%20b@x">', `<img src="${DATA}">`],
      ['acid:logo@x cid:other@x cid:', 'acid:logo@x cid:other@x cid:'],
      ['cid:%E0%A4%A', 'cid:%E0%A4%A'],
    ] as const)
      expect(withInlineImages(html, all), html).toBe(expected);
  });

  it('are raster images alone, and nothing of a type or a name gets into the markup', () => {
    const html = '<img src="cid:a">';
    for (const type of ['image/svg+xml', 'text/html', 'image/png"><script>', 'image/x', ''])
      expect(withInlineImages(html, [attachment('a', type)]), type).toBe(html);
    expect(withInlineImages('<img src="cid:a"b">', [attachment('a"b')])).toBe('<img src="cid:a"b">');
    expect(withInlineImages(html, [attachment('a', 'IMAGE/PNG')])).toContain(DATA);
  });

  it('do not add up without end, however often one is named', () => {
    const html = '<img src="cid:a">'.repeat(1_000);
    const shown = withInlineImages(html, [attachment('a', 'image/png', 3_000_000)]);
    expect(shown.length).toBeLessThan(50e6);
    expect(shown).toContain('cid:a');
  });
});

describe('a preview', () => {
  it('has none of the elements that reach out before the policy is asked, however they are written', () => {
    const names = ['link', 'meta', 'base', 'iframe', 'frame', 'frameset', 'object', 'embed', 'portal'];
    const markup = [...names, ...names.map((name) => name.toUpperCase())]
      .flatMap((name) => [
        `<${name} href=//x>`,
        `<${name}/src=//x>`,
        `<${name}\t>`,
        `<!--><${name}>`,
        `<svg><${name}>`,
      ])
      .join('<<');
    const body = previewDocument(message({ html: markup })).split('<body>')[1] ?? '';
    expect(body).toContain('<x-iframe/src=//x>');
    expect(body).not.toMatch(/<(link|meta|base|i?frame|object|embed|portal)/i);
  });

  it('begins with our charset and our target, and shows a text as text', () => {
    const shown = previewDocument(message({ text: '</pre><script>alert(1)</script> & "x"\n' }));
    expect(shown).toMatch(/^<!doctype html><html><head><meta charset="utf-8">.*<base target="_blank">/);
    expect(shown).toContain('&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;');
    expect(previewDocument(message({}))).toContain('The message has no text.');
  });

  it('is the text where the HTML would keep a browser busy, and is made in a moment', () => {
    const heavy = [
      '<div>'.repeat(200_000),
      Array.from({ length: 5_000 }, (_, i) => `<font color=${i}>`).join('') + '<p>x'.repeat(5_000),
      Array.from({ length: 5_000 }, (_, i) => `<b x=">${i}">`).join('') + '<p>x'.repeat(5_000),
      Array.from({ length: 3_000 }, (_, i) => `<i x="${'y'.repeat(500)}${i}">`).join(''),
      'x'.repeat(2_000_001),
    ];
    for (const html of heavy) {
      const begun = performance.now();
      expect(previewDocument(message({ html, text: 'the text' }))).toContain('is not shown: it');
      expect(performance.now() - begun).toBeLessThan(2_000);
    }
  });

  it('is the HTML where that is large as newsletters are', () => {
    const row =
      '<tr><td><b>Name</b> <a href="https://x.example/1">Link</a> <font size="2">Text</font></td></tr>';
    expect(tooHeavy(`<table>${row.repeat(1_500)}</table>`)).toBeUndefined();
    expect(tooHeavy('<b class="1">x</b>'.repeat(7_000))).toBeUndefined();
  });
});
