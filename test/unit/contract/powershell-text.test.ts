import { expect, it } from 'vitest';
import { problemOf } from '../../../connectors/email-receive/replies.js';
import { powershellText } from '../../../src/contract/powershell-text.js';

it('is one text to PowerShell, whatever stands in it', () => {
  expect(powershellText('ada@contoso.example')).toBe("'ada@contoso.example'");
  expect(powershellText("o'hara@contoso.example")).toBe("'o''hara@contoso.example'");
  // PowerShell ends a text at the typographic quotes as well.
  expect(powershellText('a\u2019; Remove-Mailbox b')).toBe("'a\u2019\u2019; Remove-Mailbox b'");
});

it('is how an address stands in the cmdlets of a problem', () => {
  const place = { host: 'h', port: 993, user: "a'; Remove-Mailbox b#@x.example", signedIn: 'a', now: 0 };
  const { next } = problemOf({ words: 'AUTHENTICATE failed.' }, place, 'imap-sign-in-refused').problem;
  expect(next).toContain("-Identity 'a''; Remove-Mailbox b#@x.example' -ImapEnabled");
});
