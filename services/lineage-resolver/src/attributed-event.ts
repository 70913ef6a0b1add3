import { type Attribution, type AttributedEvent, type FalcoEvent, attributionFields } from '@whoran/contracts';

/** The Falco event with the user in it: fields `k8s.user.*` and `exec.*`, and `user=…` at the end of its texts. */
export function attributedEvent(event: FalcoEvent, attribution: Attribution, revision: number): AttributedEvent {
  return attributing(attribution)(event, revision);
}

/** The same for several events of one process, which have one attribution. */
export function attributing(attribution: Attribution): (event: FalcoEvent, revision: number) => AttributedEvent {
  const suffix = suffixOf(attribution);
  const ours = attributionFields(attribution);
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
