/**
 * A real Postfix for a test: private configuration and queue, one submission port on loopback, sign-in by XOAUTH2
 * through Dovecot, a sender that is not the signed-in user refused, every message delivered into Dovecot by LMTP.
 * Postfix must be started by root; without root it goes through passwordless sudo. Gone afterwards, even when the
 * test process is killed.
 */
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestDovecot } from './dovecot.js';
import { freePort } from './free-port.js';
import { startSupervised } from './supervised-server.js';

export interface TestPostfix {
  host: '127.0.0.1';
  /** Submission: STARTTLS offered, clear text taken on loopback */
  submissionPort: number;
  /** SSL/TLS from the first byte */
  submissionsPort: number;
  stop(): Promise<void>;
}

/** @param options `domain`: whose addresses are delivered into Dovecot */
export async function startPostfix(options: { dovecot: TestDovecot; domain: string }): Promise<TestPostfix> {
  const directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-postfix-'));
  await chmod(directory, 0o755);
  const submissionPort = await freePort();
  const submissionsPort = await freePort();
  const configuration = path.join(directory, 'config');
  await mkdir(configuration);
  await mkdir(path.join(directory, 'queue'));
  await writeFile(path.join(configuration, 'main.cf'), mainCf({ directory, ...options }));
  await writeFile(path.join(configuration, 'master.cf'), masterCf(submissionPort, submissionsPort));
  // Whoever is signed in owns exactly the address that is their login.
  await writeFile(path.join(configuration, 'sender-login'), '/^(.*)$/ $' + '{1}\n');
  const start = [
    `mkdir -p ${directory}/data && chown postfix: ${directory}/data`,
    `chown root ${directory} ${directory}/queue ${configuration} ${configuration}/*`,
    `/usr/sbin/postfix -c ${configuration} check`,
    // Not `postfix start-fg`: that keeps a shell between us and the master, and a signal would end the shell alone.
    `exec /usr/lib/postfix/sbin/master -c ${configuration} -s`,
  ].join(' && ');
  const server = await startSupervised(['/bin/sh', '-c', start], {
    directory,
    ports: [submissionPort, submissionsPort],
  });
  return { host: '127.0.0.1', submissionPort, submissionsPort, stop: server.stop };
}

const mainCf = (of: { directory: string; dovecot: TestDovecot; domain: string }): string => `
compatibility_level = 3.6
queue_directory = ${of.directory}/queue
data_directory = ${of.directory}/data
maillog_file = ${of.directory}/server.log
maillog_file_prefixes = ${of.directory}
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = localhost
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
alias_maps =
alias_database =
local_recipient_maps =
smtputf8_enable = yes

virtual_mailbox_domains = ${of.domain}
virtual_transport = lmtp:inet:127.0.0.1:${of.dovecot.lmtpPort}
default_transport = error:this server delivers only ${of.domain}

smtpd_tls_cert_file = ${of.dovecot.tls.certificateFile}
smtpd_tls_key_file = ${of.dovecot.tls.keyFile}
smtpd_tls_security_level = may
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${of.dovecot.authPort}
smtpd_sasl_security_options = noanonymous
smtpd_sender_login_maps = regexp:${of.directory}/config/sender-login
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_delay_reject = no
smtpd_client_connection_count_limit = 0
smtpd_hard_error_limit = 1000
disable_dns_lookups = yes
`;

const masterCf = (submissionPort: number, submissionsPort: number): string => `
127.0.0.1:${submissionPort} inet n - n - - smtpd
127.0.0.1:${submissionsPort} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
lmtp      unix - - n - - lmtp
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
`;
