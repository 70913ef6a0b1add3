/**
 * A message of RFC 5424:
 *
 *   "<" priority ">1 " timestamp " " hostname " " app-name " - " msgid " [" sd-id { " " name '="' value '"' } "] " text
 *
 * In values `"`, `\` and `]` have a backslash before them. Control characters are shown as `\u{…}`, so that no message ends
 * early or looks like two.
 */
import { type Alert, type Notification, encodeJson, priorityRank } from '@whoran/contracts';
import { parseInstant, printInstant, printable, truncate } from '@whoran/kernel';
import { falcoBody } from '../falco-body.ts';
import { factsOf } from '../formats/alert-facts.ts';
import { alertTitle } from '../formats/alert-title.ts';
import { shorten } from '../formats/shorten.ts';
import { alertsToTell } from '../formats/summary-alert.ts';

/** What a receiver wants of every message. */
export interface SyslogStyle {
  readonly facility: number;
  /** Empty for the node of the alert. */
  readonly hostname: string;
  readonly appName: string;
  readonly enterprise: number;
  readonly format: 'text' | 'falco';
  /** Bytes of a message. */
  readonly maxSize: number;
}

/** Structured data takes at most this part of a message: the text shall have room. */
const PART_OF_DATA = 0.6;
/** How long values may be, tried in turn until everything fits; the last always does. */
const VALUE_LENGTHS = [1024, 512, 256, 128, 64, 32, 16];
const TEXT_LENGTHS = [1_048_576, 65_536, 16_384, 4096, 1024, 512, 256, 128, 64, 32, 16];

/**
 * The messages of a notification: one for each alert, or one for a storm and for what has no alert to tell. In UTF-8, each of
 * `maxSize` bytes at most.
 */
export function syslogMessages(notification: Notification, style: SyslogStyle): readonly Buffer[] {
  return alertsToTell(notification).map((alert) => {
    const head = `${headerOf(alert, notification, style)} ${dataOf(alert, notification, style)} `;
    const room = style.maxSize - Buffer.byteLength(head);
    return Buffer.from(head + (style.format === 'falco' ? jsonWithin(alert, room) : textWithin(alert, notification, room)));
  });
}

function headerOf(alert: Alert, { reason }: Notification, { facility, hostname, appName }: SyslogStyle): string {
  // RFC 5424 allows six decimals.
  const instant = parseInstant(alert.time) ?? parseInstant(alert.whoran.raisedAt) ?? 0n;
  const stamp = printInstant(instant).replace(/\d{3}Z$/, 'Z');
  const origin = ascii(hostname === '' ? (alert.hostname ?? alert.whoran.node) : hostname, 255);
  return `<${facility * 8 + priorityRank(alert.priority)}>1 ${stamp} ${origin} ${appName} - ${ascii(reason, 32)}`;
}

function ascii(text: string, limit: number): string {
  const word = text.replace(/[^\x21-\x7e]/g, '?').slice(0, limit);
  return word === '' ? '-' : word;
}

function dataOf(alert: Alert, notification: Notification, { enterprise, maxSize }: SyslogStyle): string {
  const pairs = Object.entries(parametersOf(alert, notification)).filter(([, value]) => value !== undefined && value !== '');
  const write = (length: number): string =>
    `[whoran@${enterprise}${pairs.map(([name, value]) => ` ${name}="${escaped(truncate(value ?? '', length))}"`).join('')}]`;
  return firstThatFits(VALUE_LENGTHS, write, maxSize * PART_OF_DATA);
}

function parametersOf(alert: Alert, notification: Notification): Record<string, string | undefined> {
  const { user, session, namespace, pod, container, image, command } = factsOf(alert);
  return {
    notification: notification.id,
    alert: alert.whoran.id,
    revision: String(alert.whoran.revision),
    rule: alert.rule,
    user: user?.username,
    evidence: alert.whoran.attribution.evidence,
    session: session?.id,
    cluster: alert.whoran.cluster,
    node: alert.whoran.node,
    namespace,
    pod,
    container,
    image,
    command,
    groups: user?.groups.join(','),
    total: notification.total === 1 ? undefined : String(notification.total),
    tags: alert.tags?.join(','),
  };
}

function escaped(value: string): string {
  return printable(value).replace(/["\\\]]/g, '\\$&');
}

/** What people read: of what nobody raised, such as the summary of a storm, what it says itself. */
function textWithin(alert: Alert, notification: Notification, room: number): string {
  const raised = notification.alerts.includes(alert) && notification.storm === undefined;
  return cutBytes(raised ? alertTitle(alert) : printable(alert.output ?? alert.rule), room);
}

/** Falco's JSON with its texts cut, so that what arrives is still JSON. */
function jsonWithin(alert: Alert, room: number): string {
  const body = falcoBody(alert, alert.whoran.update ?? false);
  const json = firstThatFits(TEXT_LENGTHS, (length) => printable(encodeJson(shorten(body, length))), room);
  return Buffer.byteLength(json) <= room ? json : '{}';
}

function firstThatFits(lengths: readonly number[], write: (length: number) => string, room: number): string {
  let written = '';
  for (const length of lengths) {
    written = write(length);
    if (Buffer.byteLength(written) <= room) break;
  }
  return written;
}

/** The beginning of a text, of so many bytes at most, that ends with a whole character. */
function cutBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  let end = Math.max(0, limit);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString();
}
