/** Which steps a test has, and in which order: known before it runs, so that what is still to come can be shown. */
import type { Connection, Connector, ConnectorType } from '../../api/client.js';

export interface PlannedStep {
  protocol: string;
  step: string;
}

/** As src/contract/test-steps.ts has them; what the service reports beyond them is shown all the same. */
const BEFORE = ['resolve', 'tcp', 'tls', 'greeting', 'token', 'authenticate'];
const AFTER: Readonly<Record<string, readonly string[]>> = { imap: ['select'], smtp: ['envelope'] };

const stepsOf = (protocol: string): PlannedStep[] =>
  [...BEFORE, ...(AFTER[protocol] ?? [])].map((step) => ({ protocol, step }));

/** Each protocol that the connection has an endpoint of; receiving first. */
export const planOfConnection = ({ imap, smtp }: Pick<Connection, 'imap' | 'smtp'>): PlannedStep[] => [
  ...(imap ? stepsOf('imap') : []),
  ...(smtp ? stepsOf('smtp') : []),
];

/** @param type of the connector */
export function planOfConnector(
  { settings }: Pick<Connector, 'settings'>,
  type: Pick<ConnectorType, 'needs'>,
): PlannedStep[] {
  const { postProcessing, destination } = settings as {
    postProcessing?: { mailbox?: string };
    destination?: { type: string };
  };
  return [
    ...type.needs.flatMap(stepsOf),
    ...(postProcessing?.mailbox === undefined ? [] : [{ protocol: 'imap', step: 'postProcessing' }]),
    ...(destination ? [{ protocol: 'destination', step: destination.type }] : []),
  ];
}

export const isSameStep = (one: PlannedStep, other: PlannedStep): boolean =>
  one.protocol === other.protocol && one.step === other.step;
