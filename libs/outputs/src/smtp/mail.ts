import { createHash } from 'node:crypto';
import type { Notification } from '@whoran/contracts';
import { type Issue, type Result, err, messageOf, ok, printable, truncate } from '@whoran/kernel';
import { shorten } from '../formats/shorten.ts';
import { visible } from '../templates/escapes.ts';
import { templateNames } from '../templates/names.ts';
import { BARE_SAMPLE, SAMPLE } from '../templates/sample.ts';
import { type CompiledTemplate, compileTemplate } from '../templates/template-engine.ts';
import { viewOf } from '../templates/view.ts';

/** What is sent of a notification, with the headers by which mail programs know a repetition and show what belongs together. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Makes the mail of a notification. Throws when a template takes too long or makes too much. */
export type MailTemplate = (notification: Notification) => Mail;

/** The words of a mail: templates of LiquidJS, or nothing for ours. */
export interface MailWords {
  readonly subject?: string;
  readonly body?: string;
  /** What stands behind the @ of message ids. */
  readonly domain: string;
  readonly externalUrl?: string;
}

const SUBJECT = '[{{ priority }}] {{ title }}';
const BODY = `{{ title }}

{{ details | lines: 30000 }}
{% if total == 1 and link %}Link: {{ link }}
{% elsif total > 1 %}
{% for alert in told %}{{ alert.time }}  {{ alert.title }}
{% if alert.link %}  {{ alert.link }}
{% endif %}{% endfor %}{% if untold > 0 %}and {{ untold }} more
{% endif %}{% endif %}
--\u0020
whoran, receiver {{ receiver }}, notification {{ id | url_encode }}
`;
const LONGEST_SUBJECT = 200;
const LONGEST_TEXT = 100_000;
/** Texts of alerts are cut to this before templates see them. */
const LONGEST_VALUE = 16_384;

/** Reads the templates and tries them. The items of issues are `/subject` and `/body`. */
export function mailTemplate({ subject, body, domain, externalUrl }: MailWords): Result<MailTemplate, readonly Issue[]> {
  const issues: Issue[] = [];
  const names = templateNames([]);
  const read = (source: string, item: string): CompiledTemplate => {
    const template = compileTemplate(source, names);
    if (template.ok) return template.value;
    issues.push({ code: 'invalid-template', item, message: template.error });
    return { text: () => '', value: () => '' };
  };
  const templates = { subject: read(subject ?? SUBJECT, '/subject'), body: read(body ?? BODY, '/body') };
  const make: MailTemplate = (notification) => {
    const { id, subject: about, receiver } = notification;
    const shown = { ...shorten(notification, LONGEST_VALUE), id, subject: about, receiver };
    const view = viewOf(shown, { settings: {}, ...(externalUrl === undefined ? {} : { externalUrl }) });
    return {
      subject: truncate(printable(templates.subject.text({ view, locals: {} }).replace(/\s+/g, ' ').trim()), LONGEST_SUBJECT),
      text: truncate(visible(templates.body.text({ view, locals: {} })), LONGEST_TEXT),
      ...headersOf(notification, domain),
    };
  };
  if (issues.length === 0) issues.push(...trial(make));
  return issues.length > 0 ? err(issues) : ok(make);
}

function trial(make: MailTemplate): readonly Issue[] {
  try {
    for (const sample of [SAMPLE, BARE_SAMPLE]) make(sample);
    return [];
  } catch (error) {
    return [{ code: 'invalid-template', item: '/body', message: `fails on a sample: ${messageOf(error)}` }];
  }
}

function headersOf({ id, subject, receiver }: Notification, domain: string): Pick<Mail, 'messageId' | 'headers'> {
  const thread = `<${hash(`${receiver}\n${subject}`)}@${domain}>`;
  return {
    messageId: `<${hash(id)}@${domain}>`,
    headers: {
      'In-Reply-To': thread,
      References: thread,
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Whoran-Notification': encodeURIComponent(id.toWellFormed()),
    },
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}
