/** Which application a connection signs in through: one of those there are, or one that is made on the spot. */
import { Button, Group, NativeSelect } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Application } from '../../api/client.js';
import { FormModal } from '../../parts/form-modal.js';
import { strings } from '../../strings/index.js';
import { ApplicationForm } from '../applications/application-form.js';
import { type ConnectionFieldsProps, providerOf } from './connection-choices.js';
import { withProvider } from './connection-draft.js';

export function ApplicationChoice({ draft, set, faults, choices }: ConnectionFieldsProps) {
  const words = strings.connections.fields;
  const [isMaking, { open, close }] = useDisclosure(false);
  const choose = (application: string, among = choices): void => {
    const [from, to] = [providerOf(among, draft.application), providerOf(among, application)];
    set({ ...withProvider(draft, from, to), application });
  };
  const take = (made: Application): void => {
    close();
    choose(made.id, { ...choices, applications: [...choices.applications, made] });
  };
  return (
    <Group align="flex-end" gap="sm">
      <NativeSelect
        label={words.application}
        description={words.applicationHint}
        required
        flex="1 1 220px"
        data={[
          { value: '', label: words.chooseApplication },
          ...choices.applications.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        value={draft.application}
        onChange={(event) => choose(event.currentTarget.value)}
        error={faults.get('/application')}
      />
      <Button variant="default" onClick={open}>
        {words.newApplication}
      </Button>
      <FormModal isOpen={isMaking} onClose={close} size="70rem" title={strings.applications.new}>
        <ApplicationForm onSaved={take} onCancel={close} />
      </FormModal>
    </Group>
  );
}
