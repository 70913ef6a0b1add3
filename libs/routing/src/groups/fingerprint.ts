import type { Alert } from '@whoran/contracts';
import { labelOf } from '../matchers/labels.ts';

const PARTS = ['rule', 'cluster', 'namespace', 'pod', 'container', 'user', 'session'] as const;

/** What makes two alerts one that goes on: the same rule, on the same container, by the same user in the same session. */
export function fingerprintOf(alert: Alert): string {
  return JSON.stringify(PARTS.map((name) => labelOf(alert, name)));
}
