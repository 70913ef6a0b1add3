import type { CommandRecord, TailQuery } from '@whoran/forensics-api';

/** Whether a command is one that the caller asked for, by the same rules as a search in the store. */
export function matchesCommand(query: TailQuery, command: CommandRecord): boolean {
  return (
    isOneOf(query.cluster, command.cluster) &&
    isOneOf(query.namespace, command.namespace) &&
    isOneOf(query.pod, command.pod) &&
    isOneOf(query.container, command.container) &&
    isOneOf(query.session, command.session) &&
    isOneOf(query.evidence, command.evidence) &&
    (query.user === undefined || matchesUser(query.user, command.user?.name)) &&
    (query.text === undefined || command.commandLine.toLowerCase().includes(query.text.toLowerCase()))
  );
}

function isOneOf(wanted: string | undefined, value: string | undefined): boolean {
  return wanted === undefined || wanted === value;
}

function matchesUser(wanted: string, name: string | undefined): boolean {
  if (name === undefined) return false;
  const inner = wanted.replace(/^\*/, '').replace(/\*$/, '');
  if (wanted.startsWith('*')) return wanted.endsWith('*') ? name.includes(inner) : name.endsWith(inner);
  return wanted.endsWith('*') ? name.startsWith(inner) : name === wanted;
}
