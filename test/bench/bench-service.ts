/** The service as it ships (embedded Redis, appendfsync always) beside the tenant process, and mailboxes signed in on it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openRedis, type RedisStorage } from '../../src/storage/redis.js';
import { startServiceProcess, type TestService } from '../servers/service.js';
import type { RpcChild } from './rpc.js';

export interface TenantAddresses {
  issuer: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  accessTokenUrl: string;
  defaultScope: string;
  imap: { host: string; port: number; tlsType: string };
  smtp: { host: string; port: number; tlsType: string };
}

export interface BenchService {
  service: TestService;
  /** The service's own Redis, for waking and for counting bytes. */
  redis: RedisStorage;
  dataDir: string;
  /** Creates a connection and signs it in. @returns its id */
  signedIn(user: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startBenchService(
  tenant: RpcChild,
  environment: Record<string, string> = {},
): Promise<BenchService> {
  const addresses = await tenant.call<TenantAddresses>('describe');
  const directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-bench-'));
  const dataDir = path.join(directory, 'data');
  const service = await startServiceProcess({
    MAILGRANT_DATA_DIR: dataDir,
    MAILGRANT_LOG_LEVEL: 'warn',
    ...environment,
  });
  const redis = await openRedis(`unix:${path.join(dataDir, 'redis', 'redis.sock')}`);
  const application = await service.api<{ id: string }>('POST', '/applications', {
    name: 'bench',
    provider: 'custom',
    tenant: addresses.tenantId,
    issuer: addresses.issuer,
    clientId: addresses.clientId,
    clientAuth: { method: 'clientSecret', clientSecret: addresses.clientSecret },
  });
  return {
    service,
    redis,
    dataDir,
    async signedIn(user) {
      const { id } = await service.api<{ id: string }>('POST', '/connections', {
        name: user,
        application: application.id,
        user,
        scope: addresses.defaultScope,
        imap: addresses.imap,
        smtp: addresses.smtp,
      });
      const { authorizationUrl } = await service.api<{ authorizationUrl: string }>(
        'POST',
        `/connections/${id}/authorize`,
      );
      const redirected = await tenant.call<string>('signIn', { url: authorizationUrl, as: user });
      const page = await fetch(redirected);
      if (!page.ok) throw new Error(`sign-in of ${user}: ${page.status} ${await page.text()}`);
      return id;
    },
    async stop() {
      await redis.close();
      await service.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
