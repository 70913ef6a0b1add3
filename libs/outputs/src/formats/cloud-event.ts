import { type Alert, topics } from '@whoran/contracts';
import { falcoBody } from '../falco-body.ts';

/**
 * An alert as a CloudEvent 1.0 in JSON, its data the Falco event. Id, source, type and subject are those of the topic of alerts;
 * a revision has an id of its own, so that a receiver which drops ids it knows still gets updates.
 */
export function cloudEvent(alert: Alert): Readonly<Record<string, unknown>> {
  const { id, source, type, subject } = topics.alerts.cloudEvent(alert);
  const data = falcoBody(alert, alert.whoran.update ?? false);
  return {
    specversion: '1.0',
    id,
    source,
    type,
    subject,
    time: data.time,
    datacontenttype: 'application/json',
    data,
  };
}
