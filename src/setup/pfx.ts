/** Reads a PFX (PKCS #12, RFC 7292) into PEM: its private key and its certificates. Node's own crypto cannot hand them out. */
import forge from 'node-forge';

export interface PfxContent {
  /** PEM */
  certificates: string[];
  /** PEM, not encrypted; `undefined`: there is none in it. */
  privateKey: string | undefined;
}

/** passphrase: it is wrong or missing; unreadable: this is no PFX, or one of a kind that nobody makes. */
export type PfxFault = 'passphrase' | 'unreadable';

/**
 * @param pfx base64
 * @returns what is in it, or why that cannot be said
 */
export function readPfx(pfx: string, passphrase: string): PfxContent | PfxFault {
  let asn1: forge.asn1.Asn1;
  try {
    asn1 = forge.asn1.fromDer(forge.util.decode64(pfx));
  } catch {
    return 'unreadable';
  }
  try {
    const store = forge.pkcs12.pkcs12FromAsn1(asn1, passphrase);
    const bags = (type: string | undefined): forge.pkcs12.Bag[] =>
      type === undefined ? [] : (store.getBags({ bagType: type })[type] ?? []);
    const { certBag, keyBag, pkcs8ShroudedKeyBag } = forge.pki.oids;
    const [key] = [...bags(pkcs8ShroudedKeyBag), ...bags(keyBag)];
    return {
      certificates: bags(certBag).flatMap(({ cert, asn1: raw }) =>
        cert ? forge.pki.certificateToPem(cert) : pemOf('CERTIFICATE', raw),
      ),
      privateKey: key?.key ? forge.pki.privateKeyToPem(key.key) : pemOf('PRIVATE KEY', key?.asn1)[0],
    };
  } catch (error) {
    // forge tells a wrong passphrase by its words alone; no integrity check and undecipherable bags mean the same.
    const words = error instanceof Error ? error.message : '';
    return /password|MAC|decrypt/i.test(words) ? 'passphrase' : 'unreadable';
  }
}

/** What forge cannot read itself (elliptic curves), it hands over as it is. */
const pemOf = (label: string, raw: forge.asn1.Asn1 | undefined): string[] => {
  if (!raw) return [];
  const body = forge.util.encode64(forge.asn1.toDer(raw).getBytes(), 64);
  return [`-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`];
};
