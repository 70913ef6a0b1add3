import type { Attribution, SessionRef } from './attributed-event.ts';
import type { FieldValue } from './falco-event.ts';
import type { Identity } from './identity.ts';

const MAX_EXTRA = 20;

/** The fields `k8s.user.*` and `exec.*` that an attribution adds to the `output_fields` of an event or alert. */
export function attributionFields({ evidence, session, user, candidates, reason }: Attribution): Record<string, FieldValue> {
  return {
    'exec.evidence': evidence,
    ...(reason === undefined ? {} : { 'exec.reason': reason }),
    ...(candidates ? { 'exec.candidates': candidates.map((each) => `${each.user.username} (${each.id})`) } : {}),
    ...(session ? sessionFields(session) : user ? userFields(user) : {}),
  };
}

function sessionFields({ id, kind, user, command, container, auditId, startedAt }: SessionRef): Record<string, FieldValue> {
  return {
    ...userFields(user),
    'exec.session': id,
    'exec.kind': kind,
    ...(command ? { 'exec.command': command.join(' ') } : {}),
    ...(container === undefined ? {} : { 'exec.container': container }),
    ...(auditId === undefined ? {} : { 'exec.audit_id': auditId }),
    ...(startedAt === undefined ? {} : { 'exec.started': startedAt }),
  };
}

function userFields({ username, groups, uid, impersonator, extra = {} }: Identity): Record<string, FieldValue> {
  const shown = Object.entries(extra).slice(0, MAX_EXTRA);
  return {
    'k8s.user.name': username,
    'k8s.user.groups': [...groups],
    ...(uid ? { 'k8s.user.uid': uid } : {}),
    ...(impersonator === undefined ? {} : { 'k8s.user.impersonator': impersonator }),
    ...Object.fromEntries(shown.map(([key, values]) => [`k8s.user.extra[${key}]`, values.length === 1 ? (values[0] ?? '') : [...values]])),
  };
}
