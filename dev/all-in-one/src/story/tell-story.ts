import { type Attribution, type SessionKind, namedUser, withoutTokens } from '@whoran/contracts';
import { printable, truncate } from '@whoran/kernel';
import { type Material, type ToldProgram, type ToldSession, toldSessions } from './told-session.ts';

const WIDTH = 110;
const SESSIONS_SHOWN = 3;
const PROGRAMS_SHOWN = 6;

const VERBS: Readonly<Record<SessionKind, string>> = {
  exec: 'exec',
  copy: 'cp',
  attach: 'attach',
  'port-forward': 'port-forward',
  'ephemeral-container': 'debug',
  'debug-pod': 'debug',
};

/** Tells who ran what, as lines for a terminal: by user, what cannot be told apart, and what nobody did. */
export function tellStory(material: Material): readonly string[] {
  const sessions = toldSessions(material);
  const byUser = Map.groupBy(
    sessions.filter(({ refused }) => !refused),
    ({ user }) => user,
  );
  return [
    ...[...byUser].flatMap(([user, own]) => ['', name(user), ...tellUser(own)]),
    ...tellRefused(sessions.filter(({ refused }) => refused)),
    ...tellOwnAlerts(material),
    ...tellAmbiguous(material),
    ...tellNobody(material),
  ];
}

function tellUser(sessions: readonly ToldSession[]): readonly string[] {
  const weight = ({ programs }: ToldSession) =>
    programs.flatMap(({ marks }) => marks).length * 100 + new Set(programs.map(({ commandLine }) => commandLine)).size;
  const shown = new Set(sessions.toSorted((a, b) => weight(b) - weight(a)).slice(0, SESSIONS_SHOWN));
  const more = sessions.length - shown.size;
  return [...sessions.filter((session) => shown.has(session)).flatMap(tellSession), ...(more > 0 ? [`  and ${more} more`] : [])];
}

function tellSession(session: ToldSession): readonly string[] {
  const shown = session.programs.filter(({ commandLine, marks }) => commandLine !== session.command || marks.length > 0);
  const more = shown.length - PROGRAMS_SHOWN;
  const by = session.impersonator === undefined ? '' : ` (${name(session.impersonator)} acting as ${name(session.user)})`;
  return [
    line(`  ${clock(session.at)}  ${VERBS[session.kind]} ${session.place}${by}  ${session.command}`),
    ...shown.slice(0, PROGRAMS_SHOWN).map(tellProgram),
    ...(more > 0 ? [`            and ${more} more`] : []),
  ];
}

function tellProgram({ commandLine, depth, marks }: ToldProgram): string {
  const indent = ' '.repeat(12 + 2 * Math.min(depth, 6));
  return `${line(`${indent}${commandLine}`)}${marks.map((mark) => `   ! ${name(mark)}`).join('')}`;
}

function tellRefused(sessions: readonly ToldSession[]): readonly string[] {
  if (sessions.length === 0) return [];
  return [
    '',
    'Refused by the cluster',
    ...sessions.map(({ at, kind, place, user, command }) => line(`  ${clock(at)}  ${name(user)}: ${VERBS[kind]} ${place}  ${command}`)),
  ];
}

function tellOwnAlerts({ events }: Material): readonly string[] {
  const own = events.filter(({ source }) => source === 'whoran');
  const lines = own.map(({ time, rule, output_fields: fields, whoran: { attribution } }) => {
    const place = [fields['k8s.ns.name'], fields['k8s.pod.name']].filter((part) => typeof part === 'string').join('/');
    return line(
      `  ${clock(time)}  ${rule}: ${name(namedUser(attribution) ?? 'nobody known')} in ${place}  ${withoutTokens(String(fields['proc.cmdline'] ?? ''))}`,
    );
  });
  return own.length === 0 ? [] : ['', 'Alerts of whoran itself', ...lines];
}

function tellAmbiguous({ events }: Material): readonly string[] {
  const unclear = events.filter(({ whoran: { attribution } }) => attribution.evidence === 'ambiguous');
  const groups = Map.groupBy(unclear, ({ whoran: { attribution } }) => usersOf(attribution).join(' or '));
  const lines = [...groups].map(([users, group]) => {
    const { 'k8s.ns.name': namespace, 'k8s.pod.name': pod, 'proc.cmdline': command } = group[0]?.output_fields ?? {};
    return line(`  ${users}: ${String(namespace)}/${String(pod)}  ${String(command)}  (${group.length} events)`);
  });
  return lines.length === 0 ? [] : ['', 'Cannot be told apart, so all are listed and none is named', ...lines];
}

function tellNobody({ events }: Material): readonly string[] {
  const seen = events.filter(({ source }) => source !== 'whoran');
  const nobody = seen.filter(({ whoran: { attribution } }) => attribution.evidence === 'none');
  const reasons = [...Map.groupBy(nobody, ({ whoran: { attribution } }) => attribution.reason ?? 'unknown')];
  const counts = reasons.map(([reason, group]) => `${group.length} ${reason}`).join(', ');
  return nobody.length === 0 ? [] : ['', `Nobody did ${nobody.length} of ${seen.length} events: ${counts}`];
}

function usersOf({ candidates = [] }: Attribution): readonly string[] {
  return [...new Set(candidates.map(({ user }) => name(user.username)))];
}

const name = (text: string) => printable(truncate(text, 60));
const line = (text: string) => printable(truncate(text, WIDTH)).trimEnd();
const clock = (time: string) => time.slice(11, 19);
