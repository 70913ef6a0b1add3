import type { Alert, FieldValue } from '@whoran/contracts';

type Attribution = Alert['whoran']['attribution'];
type Identity = NonNullable<Attribution['user']>;

/** How much of an alert is remembered. A matcher on what is cut may be wrong about it, in a preview only. */
const MAX = { fields: 100, name: 256, text: 512, list: 50 } as const;

/** An alert with what matchers look at, its long texts cut; without its message, its process and candidates. */
export function shortened({ rule, priority, time, source, tags, output_fields, whoran }: Alert): Alert {
  const { id, revision, eventId, cluster, node, raisedAt, attribution } = whoran;
  const fields = Object.entries(output_fields).filter(([name]) => name.length <= MAX.name);
  return {
    ...{ rule, priority, time },
    ...(source === undefined ? {} : { source }),
    ...(tags ? { tags: tags.slice(0, MAX.list) } : {}),
    output_fields: Object.fromEntries(fields.slice(0, MAX.fields).map(([name, value]) => [name, shortValue(value)])),
    whoran: { ...{ id, revision, eventId, cluster, node, raisedAt }, attribution: shortAttribution(attribution) },
  };
}

function shortAttribution({ evidence, session, user }: Attribution): Attribution {
  return {
    evidence,
    ...(session ? { session: { id: session.id, kind: session.kind, user: shortIdentity(session.user) } } : {}),
    ...(user ? { user: shortIdentity(user) } : {}),
  };
}

function shortIdentity({ username, groups }: Identity): Identity {
  return { username: username.slice(0, MAX.text), groups: groups.slice(0, MAX.list).map((group) => group.slice(0, MAX.text)) };
}

function shortValue(value: FieldValue | undefined): FieldValue | undefined {
  if (!Array.isArray(value)) return typeof value === 'string' ? value.slice(0, MAX.text) : value;
  return value
    .slice(0, MAX.list)
    .map((item) => (typeof item === 'string' ? item.slice(0, MAX.text) : typeof item === 'object' ? null : item));
}
