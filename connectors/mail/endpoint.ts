/** How a connection's TLS Type becomes socket options: Automatic by port, and never a silent fall-back to clear text. */
import type { Endpoint } from '../../src/contract/connector-type.js';

/** Ports on which TLS starts with the connection (RFC 8314 §3). */
const IMPLICIT_TLS_PORTS = new Set([993, 465, 995]);

export interface TransportSecurity {
  /** TLS from the first byte. */
  secure: boolean;
  /** Upgrade with STARTTLS, and refuse to go on without. */
  requireStartTls: boolean;
  /** Clear text; set-up allows it to loopback only. */
  plain: boolean;
}

export function transportSecurity({ port, tlsType }: Pick<Endpoint, 'port' | 'tlsType'>): TransportSecurity {
  const secure = tlsType === 'SSL/TLS' || (tlsType === 'Automatic' && IMPLICIT_TLS_PORTS.has(port));
  const plain = tlsType === 'None';
  return { secure, requireStartTls: !secure && !plain, plain };
}
