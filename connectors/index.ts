/** Every connector type there is; the only list. */
import type { ConnectorType } from '../src/contract/connector-type.js';
import { emailReceive } from './email-receive/index.js';

export const connectorTypes: readonly ConnectorType[] = [emailReceive];
