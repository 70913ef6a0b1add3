import { type InjectionStrategy, encodeJson } from '@whoran/contracts';

/** One operation of RFC 6902. */
export interface PatchOperation {
  readonly op: 'add' | 'replace';
  readonly path: string;
  readonly value: unknown;
}

/** What the audit event will carry as `<webhook name>/session` and `<webhook name>/strategy`. */
export interface AuditAnnotations {
  readonly session: string;
  readonly strategy: InjectionStrategy;
}

/** An answer without the uid of its request. */
export interface Answer {
  readonly allowed: boolean;
  readonly patch?: readonly PatchOperation[];
  readonly status?: { readonly code: number; readonly message: string };
  readonly auditAnnotations?: AuditAnnotations;
}

/** What an error means to the user: the request goes on without us, or it does not. */
export type FailPolicy = 'open' | 'closed';

/** The request goes on as it is. */
export function allowed(auditAnnotations?: AuditAnnotations): Answer {
  return { allowed: true, ...(auditAnnotations ? { auditAnnotations } : {}) };
}

/** The request goes on, changed. */
export function patched(patch: readonly PatchOperation[], auditAnnotations: AuditAnnotations): Answer {
  return { allowed: true, patch, auditAnnotations };
}

/** The request ends here; the user reads the message. */
export function denied(message: string, auditAnnotations: AuditAnnotations): Answer {
  return { allowed: false, status: { code: 403, message }, auditAnnotations };
}

/** Something is wrong with us or with the request: allowed or denied as the operator chose. */
export function errored(message: string, failPolicy: FailPolicy, auditAnnotations?: AuditAnnotations): Answer {
  const annotations = auditAnnotations ? { auditAnnotations } : {};
  return failPolicy === 'open'
    ? { allowed: true, ...annotations }
    : { allowed: false, status: { code: 500, message: `whoran: ${message}` }, ...annotations };
}

/** The body of an answer. The uid, the type and the encoding of the patch are written here and nowhere else. */
export function complete(uid: string, answer: Answer): string {
  const { patch, ...rest } = answer;
  const encoded = patch && patch.length > 0 ? { patchType: 'JSONPatch', patch: Buffer.from(encodeJson(patch)).toString('base64') } : {};
  return encodeJson({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, ...rest, ...encoded } });
}
