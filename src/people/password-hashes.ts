/**
 * Password hashes: Argon2id with the parameters of OWASP's Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane). Each
 * one costs that memory while it runs, so only a few run at once and few wait.
 */
import { hash, verify } from '@node-rs/argon2';
import { problemError } from '../contract/problem.js';

/** KiB, passes, lanes. */
export const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const MOST_AT_ONCE = 2;
const MOST_WAITING = 30;

/** The work itself; a test may count or replace it. */
export interface Argon2 {
  hash(password: string): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
}

const realArgon2: Argon2 = {
  // Argon2id is the library's default.
  hash: (password) => hash(password, ARGON2),
  verify: (stored, password) => verify(stored, password),
};

export interface PasswordHashes {
  /** @throws ProblemError `password-sign-in-off` where nobody may have a password (MAILGRANT_PASSWORD_SIGN_IN) */
  refuseWhileOff(): void;
  /** @throws ProblemError `sign-ins-busy`, `password-sign-in-off` */
  make(password: string): Promise<string>;
  /**
   * @param stored `undefined`: there is no such person; a hash of nobody's is verified, so that it takes as long
   * @throws ProblemError `sign-ins-busy`
   */
  verify(stored: string | undefined, password: string): Promise<boolean>;
  /** Whether a hash was made with other parameters than today's. */
  isOutdated(stored: string): boolean;
}

/** @param options `mostAtOnce`, `mostWaiting`: hashes that run, and that wait to; `isOff`: nobody may have a password */
export function createPasswordHashes(
  options: { argon2?: Argon2; mostAtOnce?: number; mostWaiting?: number; isOff?: boolean } = {},
): PasswordHashes {
  const {
    argon2 = realArgon2,
    mostAtOnce = MOST_AT_ONCE,
    mostWaiting = MOST_WAITING,
    isOff = false,
  } = options;
  const waiting: (() => void)[] = [];
  let running = 0;
  let nobodys: Promise<string> | undefined;

  const refuseWhileOff = (): void => {
    if (isOff) throw problemError('password-sign-in-off');
  };

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    refuseWhileOff();
    if (running >= mostAtOnce) {
      if (waiting.length >= mostWaiting) throw problemError('sign-ins-busy');
      // Whoever ends hands the turn over, so that nobody slips in between.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  const normal = (password: string): string => password.normalize('NFKC');
  const hashOfNobody = (): Promise<string> => {
    nobodys ??= argon2.hash('nobody has this password');
    return nobodys;
  };

  return {
    refuseWhileOff,
    make: (password) => inTurn(() => argon2.hash(normal(password))),
    verify: (stored, password) =>
      inTurn(async () => {
        const isRight = await argon2.verify(stored ?? (await hashOfNobody()), normal(password));
        return isRight && stored !== undefined;
      }),
    isOutdated: (stored) => {
      const { memoryCost, timeCost, parallelism } = ARGON2;
      return !stored.startsWith(`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`);
    },
  };
}
