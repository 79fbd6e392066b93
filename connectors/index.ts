/** Every connector type there is; the only list. */
import type { ConnectorType } from '../src/contract/connector-type.js';
import { emailReceive } from './email-receive/index.js';
import { emailSend } from './email-send/index.js';

export const connectorTypes: readonly ConnectorType[] = [emailReceive, emailSend];
