/** What the routes of exports, imports and resealing take and answer. */
import { Type } from 'typebox';
import { problemViewSchema } from '../setup/view-parts.js';
import { grantFileSchema } from '../transfer/grant-file.js';

/** Long enough that guessing it costs more than signing in again. */
const SHORTEST_PASSPHRASE = 12;

const passphrase = Type.String({
  minLength: SHORTEST_PASSPHRASE,
  maxLength: 1_000,
  writeOnly: true,
  description: `Protects the file; at least ${SHORTEST_PASSPHRASE} characters. It is not kept, and nobody can recover it.`,
});

export const exportBody = Type.Object(
  {
    passphrase,
    move: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'End the grant here once the file is made; needed where two users of one grant would end it.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const exportAnswer = Type.Object({
  file: grantFileSchema,
  warnings: Type.Array(problemViewSchema),
});

export const importBody = Type.Object(
  {
    file: Type.Unknown({ description: 'The file of the export, as it is.' }),
    passphrase: Type.String({ minLength: 1, maxLength: 1_000, writeOnly: true }),
  },
  { additionalProperties: false },
);

export const setupQuery = Type.Object({
  dryRun: Type.Optional(Type.Boolean({ default: false, description: 'Only say what would be done.' })),
  onExisting: Type.Optional(
    Type.Enum(['skip', 'update'], {
      default: 'skip',
      description: 'What is done with one of the same name and kind that is here already.',
    }),
  ),
});

export const setupReport = Type.Object({
  dryRun: Type.Boolean(),
  items: Type.Array(
    Type.Object({
      list: Type.String(),
      ref: Type.String(),
      name: Type.String(),
      status: Type.String({
        description: 'created, updated, skipped or faulty; of a dry run what it would be',
      }),
      id: Type.Optional(Type.String()),
      secrets: Type.Array(Type.String(), {
        description: 'JSON pointers of secrets that are to be entered now.',
      }),
      faults: Type.Array(Type.Object({ path: Type.String(), message: Type.String() })),
    }),
  ),
});

export const resealReport = Type.Object({
  keyId: Type.String({ description: 'Id of the key that everything is sealed with now.' }),
  kinds: Type.Array(
    Type.Object({
      kind: Type.String(),
      resealed: Type.Integer({ description: 'Sealed anew by this run.' }),
      current: Type.Integer({ description: 'Sealed with that key, in the end.' }),
      remaining: Type.Record(Type.String(), Type.Integer(), {
        description: 'Sealed with another one, in the end: key id and how many.',
      }),
    }),
  ),
  remaining: Type.Integer({ description: '0: the previous keys are needed no more.' }),
  unreadable: Type.Array(Type.String(), {
    description: 'Records and fields that no key opens, some of them.',
  }),
});
