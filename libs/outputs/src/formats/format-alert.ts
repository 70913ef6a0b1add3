import type { Alert } from '@whoran/contracts';
import Type from 'typebox';
import { falcoBody } from '../falco-body.ts';
import { cloudEvent } from './cloud-event.ts';
import { ecsDocument } from './ecs.ts';
import { ocsfEvent } from './ocsf.ts';

const FORMATS = {
  falco: (alert: Alert) => falcoBody(alert, alert.whoran.update ?? false),
  cloudevents: cloudEvent,
  ocsf: ocsfEvent,
  ecs: ecsDocument,
} as const;

/** Names of the formats that an alert can be written in. */
export type AlertFormat = keyof typeof FORMATS;

/** The schema of the setting `format`. */
export const AlertFormat = Type.Unsafe<AlertFormat>(
  Type.Enum(Object.keys(FORMATS), {
    description: "falco (Falco's own JSON), cloudevents (CloudEvents 1.0), ocsf (OCSF 1.9) or ecs (Elastic Common Schema)",
  }),
);

/** An alert in a format, as a value that encodeJson writes. */
export function formatAlert(alert: Alert, format: AlertFormat): object {
  return FORMATS[format](alert);
}

/** Whether a word names a format. */
export function isAlertFormat(word: string): word is AlertFormat {
  return Object.hasOwn(FORMATS, word);
}
