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
  const whole = parsed(pfx);
  if (!whole) return 'unreadable';
  const content = opened(whole, passphrase);
  if (content !== 'passphrase' || isAscii(passphrase)) return content;
  // RFC 7292 writes the passphrase in UTF-16 for its own key derivation, PBES2 in UTF-8; forge has one form for both. So
  // the second try leaves the integrity check out: certificate and key are compared with each other anyway.
  const unchecked = parsed(pfx);
  if (!unchecked || !Array.isArray(unchecked.value)) return content;
  unchecked.value.splice(2);
  return opened(unchecked, forge.util.encodeUtf8(passphrase));
}

function parsed(pfx: string): forge.asn1.Asn1 | undefined {
  try {
    return forge.asn1.fromDer(forge.util.decode64(pfx));
  } catch {
    return undefined;
  }
}

const isAscii = (text: string): boolean => /^[ -~]*$/.test(text);

function opened(pfx: forge.asn1.Asn1, passphrase: string): PfxContent | PfxFault {
  try {
    const store = forge.pkcs12.pkcs12FromAsn1(pfx, passphrase);
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
    // forge tells a wrong passphrase by its words alone; undecipherable bags mean the same.
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
