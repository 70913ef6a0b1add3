import { type Attribution, type AttributedEvent, type FalcoEvent, attributionFields, knownJson, writtenAs } from '@whoran/contracts';
import { type Additions, additionsOf, withAdditions } from './attributed-json.ts';

/** The Falco event with the user in it: fields `k8s.user.*` and `exec.*`, and `user=…` at the end of its texts. */
export function attributedEvent(event: FalcoEvent, attribution: Attribution, revision: number): AttributedEvent {
  return attributing(attribution)(event, revision);
}

/** The same for several events of one process, which have one attribution. */
export function attributing(attribution: Attribution): (event: FalcoEvent, revision: number) => AttributedEvent {
  const suffix = suffixOf(attribution);
  const ours = attributionFields(attribution);
  let additions: Additions | undefined;
  return (event, revision) => {
    const { output, message, output_fields: fields, whoran } = event;
    const theirs = withoutOurs(fields);
    const attributed: AttributedEvent = {
      ...event,
      output_fields: { ...theirs, ...ours },
      whoran: { ...whoran, revision, attribution },
    };
    if (output !== undefined) attributed.output = output + suffix;
    if (message !== undefined) attributed.message = message + suffix;
    const json = theirs === fields ? knownJson(event) : undefined;
    if (json === undefined) return attributed;
    const written = withAdditions(json, event, (additions ??= additionsOf(attribution, ours, suffix)), revision);
    return written === undefined ? attributed : writtenAs(attributed, written);
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
