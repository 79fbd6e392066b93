/**
 * A real Dovecot 2.3 for a test: private configuration and directory, free loopback ports, XOAUTH2 the only mechanism
 * (Basic is off), each token checked by introspection (RFC 7662) at the authorization server. It also delivers by
 * LMTP and answers Postfix's SASL questions. Gone afterwards, even when the test process is killed.
 */
import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { type CertificateAuthority, createCertificateAuthority } from './certificate-authority.js';
import { freePort } from './free-port.js';
import { startSupervised } from './supervised-server.js';

export interface TestDovecot {
  host: '127.0.0.1';
  /** SSL/TLS from the first byte */
  imapsPort: number;
  /** STARTTLS, or clear text on loopback */
  imapPort: number;
  lmtpPort: number;
  /** Dovecot's auth protocol, for Postfix */
  authPort: number;
  tls: CertificateAuthority;
  /** Maildirs, one per address */
  mailDirectory: string;
  stop(): Promise<void>;
}

/** Debian's `nobody`: who owns the mail, since Dovecot serves no mail of root. */
const MAIL_UID = 65_534;

/** @param options `introspectionUrl` with the resource server's credentials in it */
export async function startDovecot(options: { introspectionUrl: string }): Promise<TestDovecot> {
  const directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-dovecot-'));
  await chmod(directory, 0o755);
  const mailDirectory = path.join(directory, 'mail');
  await mkdir(mailDirectory);
  if (userInfo().uid === 0) await chown(mailDirectory, MAIL_UID, MAIL_UID);
  else await chmod(mailDirectory, 0o777);
  const tls = await createCertificateAuthority(directory);
  const imapPort = await freePort();
  const imapsPort = await freePort();
  const lmtpPort = await freePort();
  const authPort = await freePort();

  const oauth2 = path.join(directory, 'oauth2.conf');
  await writeFile(oauth2, oauth2Settings(options.introspectionUrl), { mode: 0o600 });
  const configuration = path.join(directory, 'dovecot.conf');
  await writeFile(
    configuration,
    settings({ directory, mailDirectory, tls, oauth2, imapPort, imapsPort, lmtpPort, authPort }),
  );
  const server = await startSupervised(['/usr/sbin/dovecot', '-F', '-c', configuration], {
    directory,
    ports: [imapPort, imapsPort, lmtpPort, authPort],
  });
  return {
    host: '127.0.0.1',
    imapsPort,
    imapPort,
    lmtpPort,
    authPort,
    tls,
    mailDirectory,
    stop: server.stop,
  };
}

// Dovecot compares `active` with active_value as strings; the JSON true of RFC 7662 reads as "true".
const oauth2Settings = (introspectionUrl: string): string => `
introspection_mode = post
introspection_url = ${introspectionUrl}
username_attribute = username
active_attribute = active
active_value = true
timeout_msecs = 5000
`;

function settings(of: {
  directory: string;
  mailDirectory: string;
  tls: CertificateAuthority;
  oauth2: string;
  imapPort: number;
  imapsPort: number;
  lmtpPort: number;
  authPort: number;
}): string {
  return `
base_dir = ${of.directory}/run
state_dir = ${of.directory}/state
log_path = ${of.directory}/server.log
protocols = imap lmtp
listen = 127.0.0.1

ssl = yes
ssl_cert = <${of.tls.certificateFile}
ssl_key = <${of.tls.keyFile}

auth_mechanisms = xoauth2
auth_failure_delay = 0
auth_cache_size = 0
disable_plaintext_auth = no
auth_username_format = %Lu
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = ${of.oauth2}
}
userdb {
  driver = static
  args = uid=${MAIL_UID} gid=${MAIL_UID} home=${of.mailDirectory}/%u allow_all_users=yes
}

mail_location = maildir:~/Maildir
first_valid_uid = 1
last_valid_uid = 0
mailbox_idle_check_interval = 1s
mail_max_userip_connections = 100
namespace inbox {
  inbox = yes
  separator = /
  mailbox "Sent Items" {
    auto = subscribe
    special_use = \\Sent
  }
  mailbox Processed {
    auto = create
  }
}

service imap-login {
  inet_listener imap {
    port = ${of.imapPort}
  }
  inet_listener imaps {
    port = ${of.imapsPort}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    port = ${of.lmtpPort}
  }
}
service auth {
  inet_listener {
    port = ${of.authPort}
  }
}
# A refusal would otherwise delay the next sign-in from the same address, by up to 15 seconds.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
protocol lmtp {
  postmaster_address = postmaster@localhost
}
`;
}
