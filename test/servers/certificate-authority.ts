/** A certificate authority of the test's own, one server certificate by it for localhost and 127.0.0.1, and others on demand. */
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
  /** Another certificate by the authority. @param days how long it lasts; below 0: it has expired */
  issue(names: readonly string[], days?: number): Promise<Certificate>;
  /** The authority's own certificate, for a server that shows it as its own: self-signed. */
  itself(): Promise<Certificate>;
}

/** PEM. */
export interface Certificate {
  key: string;
  cert: string;
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
  const sign = async (name: string, alternatives: string, days: number): Promise<void> => {
    await openssl(
      ...['req', ...newKey, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`],
    );
    await writeFile(file(`${name}.cnf`), `subjectAltName=${alternatives}\n`);
    await openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', String(days), '-extfile', `${name}.cnf`, '-out', `${name}.pem`],
    );
  };
  await sign('server', 'DNS:localhost,IP:127.0.0.1', 2);
  let issued = 0;
  const read = async (key: string, cert: string): Promise<Certificate> => ({
    key: await readFile(file(key), 'utf8'),
    cert: await readFile(file(cert), 'utf8'),
  });
  return {
    ca: await readFile(file('ca.pem'), 'utf8'),
    caFile: file('ca.pem'),
    certificateFile: file('server.pem'),
    keyFile: file('server.key'),
    async issue(names, days = 2) {
      const name = `issued-${++issued}`;
      await sign(name, names.map((each) => `DNS:${each}`).join(','), days);
      return read(`${name}.key`, `${name}.pem`);
    },
    itself: () => read('ca.key', 'ca.pem'),
  };
}
