/**
 * Device codes (RFC 8628). Code: pending → approved (somebody entered the user code and chose an account) → redeemed, or
 * declined, or expired (its time, or the switch).
 */
import { randomBytes, randomInt } from 'node:crypto';
import type { Clock } from '../../contract/clock.js';
import type { SandboxUser } from '../users.js';
import { AadstsRefusal } from './aadsts.js';

export interface DeviceGrant {
  readonly userCode: string;
  readonly clientId: string;
  readonly scope: string;
  expiresAt: number;
  state: 'pending' | 'approved' | 'declined' | 'redeemed';
  user: SandboxUser | undefined;
  /** When it was asked for, ms since the epoch, oldest first. */
  polls: number[];
  /** Polls still to be answered with slow_down. */
  slowDowns: number;
}

export interface DeviceCodes {
  /** Of the answers from now on; a test sets them. Seconds. */
  readonly settings: { intervalSeconds: number; expiresInSeconds: number; hasCompleteUri: boolean };
  start(clientId: string, scope: string): { deviceCode: string; grant: DeviceGrant };
  /** By user code, dashes and letters' case aside. */
  find(userCode: string): DeviceGrant | undefined;
  /** @throws AadstsRefusal 70016 pending, 70017 declined, 70020 expired, 70018 unknown, 1000070 slow_down */
  redeem(deviceCode: string, clientId: string): DeviceGrant & { user: SandboxUser };
}

/** Without vowels, so that no word comes of it (RFC 8628 §6.1). */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

export function createDeviceCodes(options: { clock: Clock; remember(secret: string): void }): DeviceCodes {
  const { clock } = options;
  const byDeviceCode = new Map<string, DeviceGrant>();
  const settings = { intervalSeconds: 5, expiresInSeconds: 900, hasCompleteUri: false };
  const bare = (userCode: string): string => userCode.replace(/[^a-z]/gi, '').toUpperCase();
  return {
    settings,
    start(clientId, scope) {
      const deviceCode = `D${randomBytes(120).toString('base64url')}`;
      options.remember(deviceCode);
      const userCode = Array.from({ length: 9 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
      const grant: DeviceGrant = {
        userCode,
        clientId,
        scope,
        expiresAt: clock.now() + settings.expiresInSeconds * 1_000,
        state: 'pending',
        user: undefined,
        polls: [],
        slowDowns: 0,
      };
      byDeviceCode.set(deviceCode, grant);
      return { deviceCode, grant };
    },
    find: (userCode) => [...byDeviceCode.values()].find((each) => each.userCode === bare(userCode)),
    redeem(deviceCode, clientId) {
      const grant = byDeviceCode.get(deviceCode);
      if (!grant || grant.clientId.toLowerCase() !== clientId.toLowerCase()) throw new AadstsRefusal(70018);
      grant.polls.push(clock.now());
      if (grant.expiresAt <= clock.now()) throw new AadstsRefusal(70020);
      if (grant.slowDowns > 0) {
        grant.slowDowns -= 1;
        throw new AadstsRefusal(1000070);
      }
      if (grant.state === 'declined') throw new AadstsRefusal(70017);
      if (grant.state === 'redeemed') throw new AadstsRefusal(70018, 'The code was used before.');
      const { user } = grant;
      if (grant.state === 'pending' || !user) throw new AadstsRefusal(70016);
      grant.state = 'redeemed';
      return Object.assign(grant, { user });
    },
  };
}
