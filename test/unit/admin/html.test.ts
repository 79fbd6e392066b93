import { describe, expect, it } from 'vitest';
import { html, safeUrl } from '../../../src/admin/html.js';
import { successPage } from '../../../src/admin/pages/callback-page.js';
import { problemPage } from '../../../src/admin/pages/problem-page.js';
import { problem } from '../../../src/contract/problem.js';

describe('html', () => {
  it('escapes what is filled in, in text and in attributes', () => {
    const hostile = `<b>&"'\``;
    expect(html`<i title="${hostile}">${hostile}</i>`.markup).toBe(
      '<i title="&lt;b&gt;&amp;&quot;&#39;&#96;">&lt;b&gt;&amp;&quot;&#39;&#96;</i>',
    );
  });

  it('takes its own markup as it is, lists joined, and leaves nothing for nothing', () => {
    const list = ['<', '>'].map((each) => html`<li>${each}</li>`);
    expect(html`<ul>${list}</ul>${undefined}${null}${false}${0}`.markup).toBe(
      '<ul><li>&lt;</li><li>&gt;</li></ul>0',
    );
  });

  it('does not take an object for markup only because it looks like one', () => {
    const forged = JSON.parse('{"markup":"<script>"}');
    expect(() => html`${forged}`).toThrow();
  });
});

it('goes on to web addresses only', () => {
  expect(safeUrl('https://a.example/?b="c"')).toBe('https://a.example/?b="c"');
  for (const url of ['javascript:alert(1)', 'data:text/html,x', '/relative', ''])
    expect(safeUrl(url)).toBeUndefined();
});

it('has no script, no inline style and nothing of another site on any page', () => {
  const found = problem('wrong-user', {
    with: { user: 'a@b.example', signedIn: 'c@d.example' },
    serverWords: 'x',
  });
  const connection = { authenticatedUser: 'a', name: 'b', user: 'c', accessTokenExpiresAt: null } as never;
  for (const { markup } of [problemPage(found, 'request-1'), successPage(connection)]) {
    expect(markup).not.toMatch(/<script|\sstyle=|\son\w+=|\ssrc=|https?:/i);
  }
});
