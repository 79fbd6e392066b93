/** A certificate with its private key, as PFX or PEM: pasted, or taken from files. */
import {
  Button,
  FileButton,
  Group,
  NativeSelect,
  PasswordInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { boundField, choices } from '../../parts/bound-field.js';
import { strings } from '../../strings/index.js';
import type { ApplicationFieldsProps } from './application-fields.js';

const at = '/clientAuth';
type FileField = 'certificate' | 'privateKey' | 'pfx';

export function CertificateFields(fields: ApplicationFieldsProps) {
  const { draft, stored } = fields;
  const words = strings.applications.authentication;
  const { subject, expiresAt } = stored?.clientAuth ?? {};
  return (
    <>
      {subject !== undefined && (
        <Text size="sm">
          {words.current(subject, expiresAt?.slice(0, 10) ?? '')} {words.kept}
        </Text>
      )}
      <NativeSelect label={words.files} data={choices(words.fileKinds)} {...boundField(fields, 'fileKind')} />
      {draft.fileKind === 'pfx' ? (
        <FromFile {...fields} name="pfx" accept=".pfx,.p12" />
      ) : (
        <>
          <FromFile {...fields} name="certificate" accept=".pem,.crt,.cer" />
          <FromFile {...fields} name="privateKey" accept=".pem,.key" />
        </>
      )}
      <Group grow align="flex-start" preventGrowOverflow={false}>
        <PasswordInput
          label={words.passphrase}
          description={words.passphraseHint}
          autoComplete="off"
          miw={220}
          {...boundField(fields, 'passphrase', `${at}/passphrase`)}
        />
        <NativeSelect
          label={words.algorithm}
          description={' '}
          data={choices(words.algorithms)}
          miw={160}
          {...boundField(fields, 'algorithm', `${at}/algorithm`)}
        />
      </Group>
    </>
  );
}

function FromFile({ name, accept, ...fields }: ApplicationFieldsProps & { name: FileField; accept: string }) {
  const words = strings.applications.authentication;
  const take = async (file: File | null): Promise<void> => {
    if (!file) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    fields.set({ [name]: name === 'pfx' ? base64(bytes) : new TextDecoder().decode(bytes) });
  };
  const bound = boundField(fields, name, `${at}/${name}`);
  const hint = { certificate: undefined, privateKey: words.privateKeyHint, pfx: words.pfxHint }[name];
  return (
    <Group align="flex-end" gap="xs">
      {name === 'pfx' ? (
        <TextInput flex={1} miw={200} label={words.pfx} description={hint} readOnly {...bound} />
      ) : (
        <Textarea
          flex={1}
          miw={200}
          label={words[name]}
          description={hint}
          autosize
          minRows={2}
          maxRows={5}
          spellCheck={false}
          autoComplete="off"
          placeholder={name === 'certificate' ? '-----BEGIN CERTIFICATE-----' : '-----BEGIN PRIVATE KEY-----'}
          {...bound}
        />
      )}
      <FileButton onChange={(file) => void take(file)} accept={accept}>
        {(props) => (
          <Button {...props} variant="default" aria-label={words.chooseFor(words[name])}>
            {words.choose}
          </Button>
        )}
      </FileButton>
    </Group>
  );
}

const base64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
