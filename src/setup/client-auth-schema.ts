/** What the API takes for the clientAuth of an application: one variant per way of proving itself. */
import { type Static, Type } from 'typebox';
import { worded } from '../contract/worded-pattern.js';

/** VSCHAR of RFC 6749 appendix A, and anything beyond ASCII that a server may have made up. No control characters. */
const CREDENTIAL = worded(
  '^[^\\u0000-\\u001f\\u007f]+$',
  'one line of text, without line breaks or other control characters',
);

const secret = (description: string) =>
  Type.String({ minLength: 1, maxLength: 4_096, pattern: CREDENTIAL, description, writeOnly: true });

const expiry = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: worded('^\\d{4}-\\d{2}-\\d{2}(T[0-9:.]+Z?)?$', 'a date such as 2027-01-31'),
      description,
    }),
  );

/** Room for a chain of certificates, or for a PFX of one. */
const LONGEST_FILE = 100_000;
const file = (description: string, options: { writeOnly?: true; pattern?: string } = {}) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: LONGEST_FILE, description, ...options }));

export const clientAuthSchema = Type.Union([
  Type.Object(
    {
      method: Type.Literal('clientSecret'),
      clientSecret: secret('Client Secret: its value, not its id. Sealed at rest and never answered.'),
      expiresAt: expiry('The date the secret ends on, ISO 8601.'),
      secondClientSecret: Type.Optional(
        secret(
          'A second Client Secret, used at once when the first is refused: rotation without a gap. clientSecret: null puts it in the place of the first.',
        ),
      ),
      secondExpiresAt: expiry('The date the second secret ends on, ISO 8601.'),
      transport: Type.Optional(
        Type.Enum(['automatic', 'body', 'basic'], {
          description: 'Where the secret travels; automatic: as the metadata of the server offers it.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      method: Type.Literal('certificate'),
      certificate: file('The certificate, PEM; with privateKey. Register the same at the provider.'),
      privateKey: file('Its private key, PEM: RSA, at least 2048 bits. Sealed at rest and never answered.', {
        writeOnly: true,
      }),
      pfx: file('Certificate and private key as PFX (PKCS #12), base64; in the place of both.', {
        writeOnly: true,
        pattern: worded('^[A-Za-z0-9+/\\s]+={0,2}\\s*$', 'the file in base64'),
      }),
      passphrase: Type.Optional(
        Type.String({
          maxLength: 1_000,
          description: 'Of an encrypted private key, or of the PFX; used once and not kept.',
          writeOnly: true,
        }),
      ),
      algorithm: Type.Optional(
        Type.Enum(['PS256', 'RS256'], {
          description: 'What the assertion is signed with; PS256 unless given.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  Type.Object({ method: Type.Literal('none') }, { additionalProperties: false }),
  Type.Object(
    {
      method: Type.Literal('managedIdentity'),
      identity: Type.Optional(
        Type.Enum(['systemAssigned', 'userAssigned'], {
          description:
            'Which identity of the Azure machine; userAssigned: the one whose Client ID is the Client Id. systemAssigned unless given.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      method: Type.Literal('federatedCredential'),
      source: Type.Enum(['managedIdentity', 'file'], {
        description: 'Where the token comes from that is the client assertion.',
      }),
      file: Type.Optional(
        Type.String({
          minLength: 2,
          maxLength: 1_000,
          pattern: worded('^/[^\\u0000-\\u001f]+$', 'an absolute path, such as /run/secrets/token'),
          description:
            'Absolute path of the token, with source file; read anew each time. AZURE_FEDERATED_TOKEN_FILE unless given.',
        }),
      ),
      audience: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 500,
          pattern: worded('^\\S+$', 'text without spaces'),
          description: 'Audience of the token; api://AzureADTokenExchange unless given.',
        }),
      ),
      identityClientId: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 100,
          pattern: worded('^\\S+$', 'text without spaces'),
          description: 'Client ID of the user-assigned identity, where the machine has several.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
]);

export type ClientAuthInput = Static<typeof clientAuthSchema>;

export const clientAuthViewSchema = Type.Object({
  method: Type.String(),
  expiresAt: Type.Optional(Type.String({ description: 'When the secret or the certificate ends.' })),
  secondExpiresAt: Type.Optional(Type.String()),
  secondSecret: Type.Optional(
    Type.String({
      description: 'kept: there is a second Client Secret; inUse: the first is refused and the second works.',
    }),
  ),
  transport: Type.Optional(Type.String()),
  algorithm: Type.Optional(Type.String()),
  subject: Type.Optional(Type.String({ description: 'Subject of the certificate.' })),
  thumbprint: Type.Optional(Type.String({ description: 'x5t#S256 of the certificate: SHA-256, base64url.' })),
  identity: Type.Optional(Type.String()),
  source: Type.Optional(Type.String()),
  file: Type.Optional(Type.String()),
  audience: Type.Optional(Type.String()),
  identityClientId: Type.Optional(Type.String()),
});
