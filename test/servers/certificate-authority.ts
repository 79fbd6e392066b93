/** A certificate authority of the test's own, and one server certificate by it for localhost and 127.0.0.1. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CertificateAuthority {
  /** PEM of the authority; trust it with `tls.ca`, or by caFile with NODE_EXTRA_CA_CERTS. */
  ca: string;
  caFile: string;
  certificateFile: string;
  keyFile: string;
}

/** @param directory where the files go; its owner removes it */
export async function createCertificateAuthority(directory: string): Promise<CertificateAuthority> {
  const file = (name: string): string => path.join(directory, name);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: directory });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    ...['req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=Mailgrant test CA'],
    ...['-addext', 'basicConstraints=critical,CA:TRUE', '-keyout', 'ca.key', '-out', 'ca.pem'],
  );
  await openssl('req', ...newKey, '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr');
  await writeFile(file('san.cnf'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  await openssl(
    ...['x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-days', '2', '-extfile', 'san.cnf', '-out', 'server.pem'],
  );
  return {
    ca: await readFile(file('ca.pem'), 'utf8'),
    caFile: file('ca.pem'),
    certificateFile: file('server.pem'),
    keyFile: file('server.key'),
  };
}
