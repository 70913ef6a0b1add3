import type { SessionDetail, UserRecord } from '@whoran/forensics-api';
import { type ClockFace, printSpan } from '../render/clock-face.ts';
import { podText } from './command-columns.ts';
import { requestText } from './session-columns.ts';
import type { TableStyle } from '../render/table.ts';
import { cutTo, visible } from '../render/visible.ts';

/** A name and what is known under it; nothing is not shown. */
export type Fact = readonly [name: string, value: string | undefined];

/** What is known of a session beside its processes. */
export function sessionFacts({ session }: SessionDetail, face: ClockFace): readonly Fact[] {
  const { audit } = session;
  return [
    ['session', session.id],
    ['aliases', session.aliases.join(' ')],
    ['kind', `${session.kind}, ${session.phase}${session.tty ? ', with a terminal' : ''}`],
    ['user', userFact(session.user)],
    ['groups', session.user.groups.join(', ')],
    ['credential', session.user.credentialId],
    ['cluster', session.cluster],
    ['pod', `${podText(session)}${session.node ? ` on ${session.node}` : ''}`],
    ['image', session.image],
    ['command', requestText(session)],
    ['injected', `${session.injected ? `yes, by ${session.strategy}` : 'no'}${session.reason ? `: ${session.reason}` : ''}`],
    ['time', timeFact(session, face)],
    [
      'audit',
      audit ? `${audit.id}, level ${audit.level}${audit.code === undefined ? '' : `, code ${audit.code}`}` : 'not in the audit log',
    ],
    ['from', audit ? [audit.sourceIps.join(' '), audit.userAgent].filter(Boolean).join(', ') : undefined],
  ];
}

/** The facts, one a line, with their values aligned. */
export function printFacts(facts: readonly Fact[], style: TableStyle): readonly string[] {
  const room = style.width === undefined ? Number.POSITIVE_INFINITY : style.width - NAME_CELLS;
  return facts.flatMap(([name, value]) =>
    value ? [`${style.paint('heading', name.padEnd(NAME_CELLS))}${cutTo(visible(value), room)}`] : [],
  );
}

const NAME_CELLS = 12;

function userFact(user: UserRecord): string {
  const uid = user.uid ? ` (uid ${user.uid})` : '';
  return `${user.name}${uid}${user.impersonator ? `, impersonated by ${user.impersonator}` : ''}`;
}

function timeFact(session: SessionDetail['session'], face: ClockFace): string {
  const start = session.startedAt ?? session.requestedAt;
  const end = session.endedAt ? ` to ${face.date(session.endedAt)} (${printSpan(start, session.endedAt)})` : '';
  return `${face.date(start)}${end}, ${face.zone}`;
}
