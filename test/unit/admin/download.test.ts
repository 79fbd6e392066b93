import { describe, expect, it } from 'vitest';
import { contentDisposition, fileName } from '../../../src/admin/download.js';

describe('the name of a download', () => {
  it('is told in ASCII, and in UTF-8 where that says more', () => {
    expect(contentDisposition('plain name.pdf')).toBe('attachment; filename="plain name.pdf"');
    expect(contentDisposition('Ä (1)*.pdf')).toBe(
      'attachment; filename="_ (1)_.pdf"; filename*=UTF-8\'\'%C3%84%20%281%29_.pdf',
    );
    expect(contentDisposition('100%.txt')).toBe(
      'attachment; filename="100_.txt"; filename*=UTF-8\'\'100%25.txt',
    );
  });

  it('is one line of printable ASCII, whatever a message calls it', () => {
    const names = [
      'a\r\nSet-Cookie: x=1',
      'a"; filename="b',
      '\u0000',
      '\ud83d',
      'é\udc00',
      '\u202eexe.gpj',
      '',
    ];
    for (const name of [...names, '日本語'.repeat(200), '"'.repeat(999), '\\'])
      expect(contentDisposition(name), JSON.stringify(name)).toMatch(
        /^attachment; filename="[\x20-\x21\x23-\x5b\x5d-\x7e]+"(; filename\*=UTF-8''[\w.!~%-]+)?$/,
      );
  });

  it('is no path and nothing hidden, keeps its ending, and is never empty', () => {
    expect(fileName('../../etc/passwd')).toBe('_.._etc_passwd');
    expect(fileName('C:\\a\\b.exe')).toBe('C__a_b.exe');
    expect(fileName('.bashrc')).toBe('bashrc');
    expect(fileName('\u202efdp.exe ')).toBe('fdp.exe');
    expect(fileName('...')).toBe('file');
    expect(fileName(`${'n'.repeat(500)}.docx`)).toMatch(/^n{145}\.docx$/);
    expect(fileName(`${'😀'.repeat(100)}.txt`)).toMatch(/^(😀){73}\.txt$/u);
  });
});
