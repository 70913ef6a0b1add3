import { isIP } from 'node:net';
import type { Notification } from '@whoran/contracts';
import { type Millis, type Result, err, messageOf, ok } from '@whoran/kernel';
import { type Mail as Transport, type SMTPPoolSentMessageInfo, createTransport } from 'nodemailer';
import { SecretReader } from '../http/secret-reader.ts';
import { type Outcome, Output, type SendContext, outputKind } from '../output.ts';
import { type TlsMaterial, timeoutOf } from '../settings-reader.ts';
import { judgeFailure, judgeRejections, rejectionsOf } from './judge-mail.ts';
import { type Mail, type MailTemplate, mailTemplate } from './mail.ts';
import { SmtpSettings } from './smtp.config.ts';

/** Notifications of which it is remembered who has them already; of older ones everybody would get them again. */
const REMEMBERED = 1000;

/** The target, with everything that its files said. */
interface SmtpTarget {
  readonly settings: SmtpSettings;
  readonly login: { readonly username: string; readonly password: string } | undefined;
  readonly tls: TlsMaterial;
  readonly mail: MailTemplate;
  readonly timeout: Millis;
  readonly concurrency: number;
  readonly secrets: readonly string[];
}

class SmtpOutput extends Output {
  readonly kind = 'smtp';
  readonly timeout: Millis;
  private readonly transport: Transport<SMTPPoolSentMessageInfo>;
  /** Who took a notification that others did not take yet: nobody gets it twice because of the others. */
  private readonly taken = new Map<string, readonly string[]>();

  constructor(private readonly target: SmtpTarget) {
    super();
    this.timeout = target.timeout;
    this.transport = openTransport(target);
  }

  override async send(notification: Notification, { signal }: SendContext): Promise<Outcome> {
    const { settings, secrets } = this.target;
    const mail = this.make(notification);
    if (!mail.ok) return mail.error;
    const before = this.taken.get(notification.id) ?? [];
    const recipients = settings.to.map(addressOf).filter((address) => !before.includes(address));
    try {
      const { accepted, rejectedErrors = [] } = await this.transport.sendMail({
        from: settings.from,
        to: settings.to,
        ...mail.value,
        envelope: { from: addressOf(settings.from), to: recipients },
        disableFileAccess: true,
        disableUrlAccess: true,
        signal,
      });
      const outcome = judgeRejections(rejectionsOf(rejectedErrors), secrets);
      this.remember(notification.id, outcome, [...before, ...accepted.map(String)]);
      return named(outcome, settings.host);
    } catch (error) {
      return named(judgeFailure(error, secrets), settings.host);
    }
  }

  override async close(): Promise<void> {
    this.transport.close();
  }

  private make(notification: Notification): Result<Mail, Outcome> {
    try {
      return ok(this.target.mail(notification));
    } catch (error) {
      return err({ kind: 'refused', error: `the mail cannot be made: ${messageOf(error)}` });
    }
  }

  private remember(id: string, { kind }: Outcome, addresses: readonly string[]): void {
    this.taken.delete(id);
    if (kind === 'delivered') return;
    this.taken.set(id, addresses);
    const [oldest] = this.taken.keys();
    if (this.taken.size > REMEMBERED && oldest !== undefined) this.taken.delete(oldest);
  }
}

function openTransport({ settings, login, tls, timeout, concurrency }: SmtpTarget): Transport<SMTPPoolSentMessageInfo> {
  const { host, encryption = 'starttls', port = encryption === 'tls' ? 465 : 587, hello } = settings;
  return createTransport({
    pool: true,
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    maxConnections: concurrency,
    // Attempts are the caller's.
    maxRequeues: 0,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
    tls: { ...(isIP(host) ? {} : { servername: host }), ...tls },
    ...(hello === undefined ? {} : { name: hello }),
    ...(login === undefined ? {} : { auth: { user: login.username, pass: login.password } }),
  });
}

function named(outcome: Outcome, host: string): Outcome {
  return outcome.kind === 'delivered' ? outcome : { ...outcome, error: `mail by ${host}: ${outcome.error}` };
}

/** The address in `Name <address>`. */
function addressOf(recipient: string): string {
  return /<([^<>]*)>$/.exec(recipient)?.[1] ?? recipient;
}

/** Notifications as mail. */
export const smtpKind = outputKind({
  kind: 'smtp',
  schema: SmtpSettings,
  open(settings, host) {
    const reader = new SecretReader(host);
    const { auth, encryption, subject, body, external_url: externalUrl = host.externalUrl } = settings;
    const login = auth === undefined ? undefined : reader.login('/auth', auth);
    if (encryption === 'none' && settings.tls !== undefined) reader.complain('/tls', 'is of no use without encryption');
    if (encryption === 'none' && auth !== undefined) reader.complain('/auth', 'would send the password in the clear: set encryption');
    const tls = reader.tls('/tls', settings.tls ?? {});
    const mail = mailTemplate({
      domain: addressOf(settings.from).split('@').at(-1) ?? 'localhost',
      ...(subject === undefined ? {} : { subject }),
      ...(body === undefined ? {} : { body }),
      ...(externalUrl === undefined ? {} : { externalUrl }),
    });
    if (!mail.ok) reader.issues.push(...mail.error);
    if (!mail.ok || reader.issues.length > 0) return err(reader.issues);
    const { secrets } = reader;
    const timeout = timeoutOf(settings.timeout);
    return ok(new SmtpOutput({ settings, login, tls, mail: mail.value, timeout, concurrency: host.concurrency, secrets }));
  },
});
