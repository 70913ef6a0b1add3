import { type Identity, type SessionRef, namedIdentity } from '@whoran/contracts';
import type { FieldValue } from '../values.ts';
import { type FieldDefinition, keyedField, textField, textsField } from './catalog.ts';
import type { RuleEvent } from './field.ts';
import { own } from './json-path.ts';

const session =
  <T extends FieldValue>(read: (session: SessionRef) => T | undefined) =>
  ({ attribution }: RuleEvent): T | undefined => {
    const isNamed = attribution !== undefined && namedIdentity(attribution) !== undefined;
    return isNamed && attribution.session ? read(attribution.session) : undefined;
  };

const user =
  <T extends FieldValue>(read: (user: Identity) => T | undefined) =>
  ({ attribution }: RuleEvent): T | undefined => {
    const identity = attribution && namedIdentity(attribution);
    return identity && read(identity);
  };

/** Who did it, and in which session. Absent where nobody is named. */
export const attributionFields: readonly FieldDefinition[] = [
  textField(
    'k8s.user.name',
    'The Kubernetes user who did it.',
    user(({ username }) => (username === '' ? undefined : username)),
  ),
  textField(
    'k8s.user.uid',
    'The id of that user.',
    user(({ uid }) => uid),
  ),
  textsField(
    'k8s.user.groups',
    'The groups of that user.',
    user(({ groups }) => groups),
  ),
  extraField(),
  textField(
    'k8s.user.impersonator',
    'Who acted as that user.',
    user(({ impersonator }) => impersonator),
  ),
  textField(
    'exec.session',
    'The id of the session.',
    session(({ id }) => id),
  ),
  textField(
    'exec.kind',
    'How the user came into the container: exec, copy, attach, port-forward, ephemeral-container or debug-pod.',
    session(({ kind }) => kind),
  ),
  textField(
    'exec.command',
    'The command of the session, joined with blanks.',
    session(({ command }) => command?.join(' ')),
  ),
  textField(
    'exec.container',
    'The container of the session.',
    session(({ container }) => container),
  ),
  textField(
    'exec.evidence',
    'What the attribution rests on: lineage, root, environment, container, audit, ambiguous or none.',
    ({ attribution }) => attribution?.evidence,
  ),
  textField('exec.reason', 'Why nobody is named.', ({ attribution }) => attribution?.reason),
  textsField('exec.candidates', 'Every user and session that it may have been, where that is not clear.', ({ attribution }) =>
    attribution?.candidates?.map((each) => `${each.user.username} (${each.id})`),
  ),
  textField(
    'exec.started',
    'When the session began, in ISO 8601.',
    session(({ startedAt }) => startedAt),
  ),
  textField(
    'exec.audit_id',
    'The id of the session in the audit log.',
    session(({ auditId }) => auditId),
  ),
];

function extraField(): FieldDefinition {
  const about = 'Values of one key of the extra information on that user, such as k8s.user.extra[department].';
  const resolve: FieldDefinition['resolve'] = (key = '') => ({
    read: user(({ extra }) => {
      const values = own(extra, key) as readonly string[] | undefined;
      return values?.length === 0 ? undefined : values;
    }),
  });
  return { ...keyedField('k8s.user.extra', about, () => undefined), list: true, resolve };
}
