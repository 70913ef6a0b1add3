import Type from 'typebox';
import { FALCO_FIELDS, type FieldValue } from './falco-event.ts';
import { Attribution } from './attributed-event.ts';
import { InstantText, ObjectName, open, text } from './schema.ts';

/** An alert that was routed. Its shape is Falco's, so that falcosidekick and falco-talon can receive it. */
export const Alert = open(
  {
    ...FALCO_FIELDS,
    whoran: open(
      {
        id: text(128, 'the id of the event that raised it, and the rule'),
        revision: Type.Integer({ minimum: 0 }),
        eventId: text(64),
        cluster: ObjectName,
        node: text(253),
        raisedAt: InstantText,
        attribution: Attribution,
        update: Type.Optional(Type.Boolean({ description: 'whether it was raised before, and this revision names the user' })),
        receivers: Type.Optional(
          Type.Array(text(63), { maxItems: 256, description: 'who is told; an alert without is there to be read only' }),
        ),
      },
      'Where the alert came from, and who caused it.',
    ),
  },
  'A routed alert.',
);
export type Alert = Omit<Type.Static<typeof Alert>, 'output_fields'> & { output_fields: Readonly<Record<string, FieldValue | undefined>> };
