/** One setting: drawn as what its schema says it is. */
import { Box } from '@mantine/core';
import { AmountField } from './amount-field.js';
import { BooleanField } from './boolean-field.js';
import { ChoiceField } from './choice-field.js';
import { ChoiceOrTextField } from './choice-or-text-field.js';
import type { FieldProps } from './form-context.js';
import { useSettingsForm } from './form-context.js';
import { NumberField } from './number-field.js';
import { ObjectField } from './object-field.js';
import { RecordField } from './record-field.js';
import { ScheduleField } from './schedule/schedule-field.js';
import { type Shape, shapeOf } from './schema.js';
import { SecretField } from './secret-field.js';
import { TextField } from './text-field.js';
import { TextsField } from './texts-field.js';
import { UnionField } from './union-field.js';
import { BYTE_UNITS, DURATION_UNITS } from './units.js';

export function SettingField(props: FieldProps) {
  const { secrets } = useSettingsForm();
  const isSecret = secrets.includes(props.pointer);
  return (
    <Box data-setting={props.pointer}>
      {isSecret ? <SecretField {...props} /> : <Drawn {...props} shape={shapeOf(props.schema)} />}
    </Box>
  );
}

function Drawn({ shape, ...props }: FieldProps & { shape: Shape }) {
  switch (shape.is) {
    case 'schedule':
      return <ScheduleField {...props} />;
    case 'duration':
      return <AmountField {...props} units={DURATION_UNITS} />;
    case 'bytes':
      return <AmountField {...props} units={BYTE_UNITS} />;
    case 'number':
      return <NumberField {...props} />;
    case 'boolean':
      return <BooleanField {...props} />;
    case 'texts':
      return <TextsField {...props} />;
    case 'record':
      return <RecordField {...props} />;
    case 'object':
      return <ObjectField {...props} properties={shape.properties} />;
    case 'choice':
      return <ChoiceField {...props} choices={shape.choices} />;
    case 'choiceOrText':
      return <ChoiceOrTextField {...props} choices={shape.choices} otherwise={shape.otherwise} />;
    case 'union':
      return <UnionField {...props} union={shape.union} />;
    case 'text':
      return <TextField {...props} />;
  }
}
