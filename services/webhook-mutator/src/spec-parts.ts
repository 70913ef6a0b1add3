import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdmissionRequest } from './admission/admission-request.ts';
import type { DecisionContext } from './decide/decision.ts';

/** For specs: the uid that requests have there. */
export const UID = '4cf8e840-6049-4b78-959e-559b16d942a4';

/** For specs: an exec of `id` by jane in payments/api-0, with what a spec wants different. */
export function aRequest(different: Partial<AdmissionRequest> = {}, object: Record<string, unknown> = {}): AdmissionRequest {
  return {
    uid: UID,
    operation: 'CONNECT',
    resource: { group: '', resource: 'pods' },
    subResource: 'exec',
    name: 'api-0',
    namespace: 'payments',
    dryRun: false,
    userInfo: { username: 'jane@example.com', groups: ['sre'] },
    object: { kind: 'PodExecOptions', stdout: true, container: 'api', command: ['id'], ...object },
    ...different,
  };
}

/** For specs: a cluster named `test` where nothing is known and every token reads `T`. */
export function aContext(different: Partial<DecisionContext> = {}): DecisionContext {
  return {
    cluster: 'test',
    prefix: 'SEC_',
    policy: { rules: [] },
    learned: () => undefined,
    blocked: () => undefined,
    sign: () => 'T',
    now: Date.parse('2026-01-01T10:00:00Z'),
    ...different,
  };
}

/** For specs: a recorded AdmissionReview. */
export function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, '..', 'fixtures', `${name}.json`), 'utf8');
}

/** For specs: the request of a recorded AdmissionReview. */
export function recordedRequest(name: string): AdmissionRequest {
  return (JSON.parse(fixture(name)) as { request: AdmissionRequest }).request;
}
