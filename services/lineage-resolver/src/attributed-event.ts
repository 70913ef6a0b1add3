import type { Attribution, AttributedEvent, FalcoEvent, FieldValue, SessionRef } from '@whoran/contracts';

const MAX_EXTRA = 20;

/** The Falco event with the user in it: fields `k8s.user.*` and `exec.*`, and `user=…` at the end of its texts. */
export function attributedEvent(event: FalcoEvent, attribution: Attribution, revision: number): AttributedEvent {
  return attributing(attribution)(event, revision);
}

/** The same for several events of one process, which have one attribution. */
export function attributing(attribution: Attribution): (event: FalcoEvent, revision: number) => AttributedEvent {
  const suffix = suffixOf(attribution);
  const ours = fieldsOf(attribution);
  return (event, revision) => {
    const { output, message, output_fields: fields, whoran } = event;
    const attributed: AttributedEvent = {
      ...event,
      output_fields: { ...withoutOurs(fields), ...ours },
      whoran: { ...whoran, revision, attribution },
    };
    if (output !== undefined) attributed.output = output + suffix;
    if (message !== undefined) attributed.message = message + suffix;
    return attributed;
  };
}

/** The fields that an attribution adds. */
export function fieldsOf(attribution: Attribution): Record<string, FieldValue> {
  const { evidence, session, candidates, reason } = attribution;
  return {
    'exec.evidence': evidence,
    ...(reason === undefined ? {} : { 'exec.reason': reason }),
    ...(candidates ? { 'exec.candidates': candidates.map(({ id, user }) => `${user.username} (${id})`) } : {}),
    ...(session ? sessionFields(session) : {}),
  };
}

function sessionFields({ id, kind, user, command, container, auditId, startedAt }: SessionRef): Record<string, FieldValue> {
  const extra = Object.entries(user.extra ?? {}).slice(0, MAX_EXTRA);
  return {
    'k8s.user.name': user.username,
    'k8s.user.groups': [...user.groups],
    ...(user.uid ? { 'k8s.user.uid': user.uid } : {}),
    ...(user.impersonator === undefined ? {} : { 'k8s.user.impersonator': user.impersonator }),
    ...Object.fromEntries(extra.map(([key, values]) => [`k8s.user.extra[${key}]`, values.length === 1 ? (values[0] ?? '') : [...values]])),
    'exec.session': id,
    'exec.kind': kind,
    ...(command ? { 'exec.command': command.join(' ') } : {}),
    ...(container === undefined ? {} : { 'exec.container': container }),
    ...(auditId === undefined ? {} : { 'exec.audit_id': auditId }),
    ...(startedAt === undefined ? {} : { 'exec.started': startedAt }),
  };
}

/** A sender could set our fields to name somebody; only we do. */
function withoutOurs(fields: FalcoEvent['output_fields']): FalcoEvent['output_fields'] {
  for (const name in fields) {
    if (isOurs(name)) return Object.fromEntries(Object.entries(fields).filter(([key]) => !isOurs(key)));
  }
  return fields;
}

function isOurs(name: string): boolean {
  return name.startsWith('exec.') || name.startsWith('k8s.user.');
}

function suffixOf({ session, candidates }: Attribution): string {
  if (session) return ` user=${session.user.username}`;
  return candidates ? ` user=${candidates.map(({ user }) => user.username).join('|')}?` : '';
}
