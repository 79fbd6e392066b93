/** The commands there are: the only list. */
import type { Command } from '../command.js';
import { deleteCommand } from '../delete-command.js';
import { testCommand } from '../test-command.js';
import { createAlertChannel } from './alert-channels/create.js';
import { listAlertChannels } from './alert-channels/list.js';
import { showAlertChannel } from './alert-channels/show.js';
import { testAlertChannel } from './alert-channels/test.js';
import { updateAlertChannel } from './alert-channels/update.js';
import { listAlerts } from './alerts/list.js';
import { createApiKey } from './api-keys/create.js';
import { deleteApiKey } from './api-keys/delete.js';
import { listApiKeys } from './api-keys/list.js';
import { adminConsent } from './applications/admin-consent.js';
import { createApplication } from './applications/create.js';
import { listApplications } from './applications/list.js';
import { showApplication } from './applications/show.js';
import { updateApplication } from './applications/update.js';
import { audit } from './audit.js';
import { appOnlySetup } from './connections/app-only-setup.js';
import { authorizeConnection } from './connections/authorize.js';
import { createConnection } from './connections/create.js';
import { deviceSignIn } from './connections/device.js';
import { exchangeCode } from './connections/exchange.js';
import { exportConnection } from './connections/export.js';
import { importConnection } from './connections/import.js';
import { listConnections } from './connections/list.js';
import { refreshConnection } from './connections/refresh.js';
import { showConnection } from './connections/show.js';
import { signOutConnection } from './connections/sign-out.js';
import { supplyTokens } from './connections/tokens.js';
import { updateConnection } from './connections/update.js';
import { copyConnector } from './connectors/copy.js';
import { createConnector } from './connectors/create.js';
import { listConnectors } from './connectors/list.js';
import { resetConnector } from './connectors/reset.js';
import { runConnector } from './connectors/run.js';
import { showConnector } from './connectors/show.js';
import { updateConnector } from './connectors/update.js';
import { cancelMessage, redeliverMessage, retryMessage } from './messages/act.js';
import { listMessages, searchMessages } from './messages/list.js';
import { sendMessage } from './messages/send.js';
import { showMessage } from './messages/show.js';
import { createPerson } from './people/create.js';
import { invitePerson } from './people/invite.js';
import { listPeople } from './people/list.js';
import { letPersonBack, listRemovedPeople } from './people/removed.js';
import { showPerson } from './people/show.js';
import { updatePerson } from './people/update.js';
import { reseal } from './reseal.js';
import { exportSetup } from './setup/export.js';
import { importSetup } from './setup/import.js';
import { status } from './status.js';

export const commands: readonly Command[] = [
  status,
  listApplications,
  showApplication,
  createApplication,
  updateApplication,
  deleteCommand('applications', 'an application', ['One that connections use is not deleted.']),
  adminConsent,
  listConnections,
  showConnection,
  createConnection,
  updateConnection,
  testCommand({
    plural: 'connections',
    one: 'a connection',
    argument: 'Id of the connection, con_….',
    notes: ['Each protocol that it has an endpoint of is tested, IMAP first.'],
  }),
  deleteCommand('connections', 'a connection', ['One that connectors use is not deleted.']),
  authorizeConnection,
  exchangeCode,
  deviceSignIn,
  supplyTokens,
  refreshConnection,
  appOnlySetup,
  signOutConnection,
  exportConnection,
  importConnection,
  listConnectors,
  showConnector,
  createConnector,
  updateConnector,
  testCommand({
    plural: 'connectors',
    one: 'a connector',
    argument: 'Id of the connector, ctr_….',
    notes: [
      'A receiver is tested with its mailbox and its destination as well: a webhook gets a signed event of type "ping", in a directory a file is made and removed.',
    ],
  }),
  deleteCommand('connectors', 'a connector', [
    'A sender whose messages wait is not deleted: cancel them first.',
  ]),
  runConnector,
  resetConnector,
  copyConnector,
  listMessages,
  searchMessages,
  showMessage,
  sendMessage,
  retryMessage,
  cancelMessage,
  redeliverMessage,
  listAlerts,
  listAlertChannels,
  showAlertChannel,
  createAlertChannel,
  updateAlertChannel,
  deleteCommand('alert-channels', 'an alert channel', ['What waits for it is forgotten.']),
  testAlertChannel,
  listPeople,
  showPerson,
  createPerson,
  updatePerson,
  invitePerson,
  listRemovedPeople,
  letPersonBack,
  deleteCommand('people', 'a person', ['Their sessions end at once. The last admin is not deleted.']),
  listApiKeys,
  createApiKey,
  deleteApiKey,
  exportSetup,
  importSetup,
  audit,
  reseal,
];
