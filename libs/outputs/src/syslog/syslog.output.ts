import type { Notification } from '@whoran/contracts';
import { type Millis, err, messageOf, ok, printable, truncate } from '@whoran/kernel';
import { type Outcome, Output, type SendContext, outputKind } from '../output.ts';
import { SettingsReader, type TlsMaterial, timeoutOf } from '../settings-reader.ts';
import { type SyslogStyle, syslogMessages } from './syslog-message.ts';
import { SyslogDatagrams, type SyslogSender, SyslogStream, newlineEnded, octetCounted } from './syslog-sender.ts';
import { FACILITIES, SyslogSettings } from './syslog.config.ts';

const LONGEST_ERROR = 300;
const EXAMPLE_ENTERPRISE = 32_473;

interface Opened {
  readonly name: string;
  readonly timeout: Millis;
  readonly sender: SyslogSender;
  readonly style: SyslogStyle;
}

class SyslogOutput extends Output {
  readonly kind = 'syslog';
  readonly timeout: Millis;

  constructor(private readonly opened: Opened) {
    super();
    this.timeout = opened.timeout;
  }

  override async send(notification: Notification, { signal }: SendContext): Promise<Outcome> {
    const { sender, style } = this.opened;
    try {
      await sender.send(syslogMessages(notification, style), signal);
      return { kind: 'delivered' };
    } catch (error) {
      const said = `syslog ${this.opened.name}: ${truncate(printable(messageOf(error)), LONGEST_ERROR)}`;
      const { code } = error as { readonly code?: unknown };
      if (code !== 'EMSGSIZE') return { kind: 'retry', error: said };
      return { kind: 'refused', error: `${said}: the network takes no datagram of this size, set a smaller max_size` };
    }
  }

  override async close(): Promise<void> {
    this.opened.sender.close();
  }
}

/** Alerts as syslog of RFC 5424 over TLS, TCP or UDP. None of them is confirmed: what a receiver loses after it took it is lost. */
export const syslogKind = outputKind({
  kind: 'syslog',
  schema: SyslogSettings,
  open(settings, { readFile }) {
    const { host, protocol = 'tls' } = settings;
    const port = settings.port ?? (protocol === 'tls' ? 6514 : 514);
    const reader = new SettingsReader(readFile);
    if (settings.tls !== undefined && protocol !== 'tls') reader.complain('/tls', `is of no use with the protocol ${protocol}`);
    if (settings.framing !== undefined && protocol === 'udp') reader.complain('/framing', 'is of no use with the protocol udp');
    const tls = reader.tls('/tls', settings.tls ?? {});
    if (reader.issues.length > 0) return err(reader.issues);
    const sender = senderOf(settings, { host, port }, tls);
    const name = `${protocol}://${host}:${port}`;
    return ok(new SyslogOutput({ name, sender, style: styleOf(settings), timeout: timeoutOf(settings.timeout) }));
  },
});

function senderOf({ protocol = 'tls', framing }: SyslogSettings, place: { host: string; port: number }, tls: TlsMaterial): SyslogSender {
  if (protocol === 'udp') return new SyslogDatagrams(place);
  return new SyslogStream(protocol === 'tls' ? { ...place, tls } : place, framing === 'newline' ? newlineEnded : octetCounted);
}

function styleOf(settings: SyslogSettings): SyslogStyle {
  return {
    facility: FACILITIES.indexOf(settings.facility ?? 'authpriv'),
    hostname: settings.hostname ?? '',
    appName: settings.app_name ?? 'whoran',
    enterprise: settings.enterprise ?? EXAMPLE_ENTERPRISE,
    format: settings.format ?? 'text',
    maxSize: settings.max_size ?? (settings.protocol === 'udp' ? 2048 : 8192),
  };
}
