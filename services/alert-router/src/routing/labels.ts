import type { Alert, FieldValue } from '@whoran/contracts';
import { namedUser } from '@whoran/contracts';

/**
 * What matchers may look at. A label has one value, several (tags), or one that is empty when the alert lacks it:
 * as in Alertmanager, absent and empty are the same.
 */
export const LABELS: Readonly<Record<string, (alert: Alert) => readonly string[]>> = {
  rule: (alert) => [alert.rule],
  priority: (alert) => [alert.priority.toLowerCase()],
  source: (alert) => [alert.source ?? ''],
  tags: (alert) => (alert.tags?.length ? alert.tags : ['']),
  cluster: (alert) => [alert.whoran.cluster],
  namespace: (alert) => [field(alert, 'k8s.ns.name')],
  pod: (alert) => [field(alert, 'k8s.pod.name')],
  image: (alert) => [field(alert, 'container.image.repository')],
  user: (alert) => [namedUser(alert.whoran.attribution) ?? ''],
  evidence: (alert) => [alert.whoran.attribution.evidence],
};

function field(alert: Alert, name: string): string {
  const value: FieldValue | undefined = alert.output_fields[name];
  return typeof value === 'string' ? value : '';
}
