/** Sets the sandbox up as an admin would, through the API: application, two connections signed in, one Email Send, one Email Receive. */
import { createSandboxApi } from './api-client.js';
import type { Tenant } from './tenant-model.js';

export interface SandboxConnectors {
  /** id of alice's Email Send */
  send: string;
  /** id of bob's Email Receive */
  receive: string;
}

/** @param options `url`: where the service listens; `inbox`: absolute directory that received mail goes to */
export async function setUpSandbox(options: {
  url: string;
  apiKey: string;
  tenant: Tenant;
  inbox: string;
}): Promise<SandboxConnectors> {
  const { tenant } = options;
  const api = createSandboxApi(options);
  const application = await api<{ id: string }>('POST', '/applications', {
    name: 'Sandbox app',
    provider: 'exchange-online',
    tenant: tenant.tenantId,
    clientId: tenant.clientId,
    clientAuth: { method: 'clientSecret', clientSecret: tenant.clientSecret },
  });

  const signedIn = async (name: string, user: string): Promise<string> => {
    const connection = await api<{ id: string }>('POST', '/connections', {
      name,
      application: application.id,
      user,
    });
    const { authorizationUrl } = await api<{ authorizationUrl: string }>(
      'POST',
      `/connections/${connection.id}/authorize`,
    );
    const redirected = await tenant.signIn(authorizationUrl, { as: user });
    const page = await fetch(redirected);
    if (!page.ok) throw new Error(`the sign-in of ${user} answered ${page.status}`);
    return connection.id;
  };
  const alice = await signedIn('Alice', 'alice@sandbox.example');
  const bob = await signedIn('Bob', 'bob@sandbox.example');

  const send = await api<{ id: string }>('POST', '/connectors', {
    name: 'Alice sends',
    type: 'email-send',
    connection: alice,
    settings: { displayName: 'Alice of the sandbox' },
  });
  const receive = await api<{ id: string }>('POST', '/connectors', {
    name: 'Bob receives',
    type: 'email-receive',
    connection: bob,
    settings: {
      startFrom: 'all',
      schedule: { every: '2s' },
      destination: { type: 'directory', path: options.inbox },
      postProcessing: { action: 'markRead' },
    },
  });
  return { send: send.id, receive: receive.id };
}
