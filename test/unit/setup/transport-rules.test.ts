import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../../config/providers.js';
import { refuseBasicHost } from '../../../src/setup/transport-rules.js';

const refuse = (host: string) => () => refuseBasicHost('/imap', host, Object.values(PROVIDERS));

describe('Basic', () => {
  it.each([
    'outlook.office365.com',
    'smtp.office365.com',
    'SMTP.Office365.com.',
    'smtp-legacy.office365.com',
    'outlook.office.com',
    'smtp-mail.outlook.com',
    'imap-mail.outlook.com',
    'outlook.office365.us',
    'smtp.office365.us',
    'outlook-dod.office365.us',
    'partner.outlook.cn',
    'smtp.partner.outlook.cn',
  ])('is refused on %s, a host of Exchange Online', (host) => {
    expect(refuse(host)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'basic-not-supported' }) }),
    );
  });

  it.each(['mail.example.com', 'notoffice365.com', 'imap.gmail.com', 'office365.com.example.org'])(
    'is taken on %s',
    (host) => {
      expect(refuse(host)).not.toThrow();
    },
  );
});
