/** Who has an account in the sandbox tenant: UPN, mail addresses and the ids that stay when the names change. */
import { randomUUID } from 'node:crypto';

/** An account as a test asks for it; a bare string is its UPN. */
export type UserOptions =
  | string
  | {
      /** User principal name: what `preferred_username` carries and SMTP wants as user. */
      upn: string;
      /** Primary mail address, where it is not the UPN. */
      mail?: string;
      /** Further addresses that the account may send as and that receive into its mailbox. */
      aliases?: string[];
      name?: string;
      /** Object id; made up when absent. */
      oid?: string;
    };

export interface SandboxUser {
  readonly upn: string;
  readonly mail: string;
  readonly aliases: readonly string[];
  readonly name: string;
  readonly oid: string;
}

export interface Users {
  add(options: UserOptions): SandboxUser;
  /** By UPN, any mail address, or object id; letters' case does not matter. */
  find(name: string): SandboxUser | undefined;
  /** @throws Error when the tenant has no such account: a mistake in the test */
  get(name: string): SandboxUser;
  all(): SandboxUser[];
}

/** Whether an address belongs to the account: what it may send as. */
export function owns(user: SandboxUser, address: string): boolean {
  const wanted = address.toLowerCase();
  return [user.upn, user.mail, ...user.aliases].some((own) => own.toLowerCase() === wanted);
}

export function createUsers(): Users {
  const byName = new Map<string, SandboxUser>();
  const users: SandboxUser[] = [];

  const find = (name: string): SandboxUser | undefined => byName.get(name.toLowerCase());
  return {
    add(options) {
      const wanted = typeof options === 'string' ? { upn: options } : options;
      const user: SandboxUser = {
        upn: wanted.upn,
        mail: wanted.mail ?? wanted.upn,
        aliases: wanted.aliases ?? [],
        name: wanted.name ?? titled(wanted.upn.split('@')[0] ?? wanted.upn),
        oid: wanted.oid ?? randomUUID(),
      };
      users.push(user);
      for (const name of [user.upn, user.mail, ...user.aliases, user.oid])
        byName.set(name.toLowerCase(), user);
      return user;
    },
    find,
    get(name) {
      const user = find(name);
      if (!user) throw new Error(`the sandbox tenant has no account ${name}`);
      return user;
    },
    all: () => [...users],
  };
}

const titled = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
