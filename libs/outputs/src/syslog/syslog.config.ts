import Type from 'typebox';
import { TimeoutSetting, TlsSettings } from '../settings-reader.ts';

/** The facilities of RFC 5424 by the names that syslog.conf uses; the place is the number. */
export const FACILITIES = [
  ...[
    'kern',
    'user',
    'mail',
    'daemon',
    'auth',
    'syslog',
    'lpr',
    'news',
    'uucp',
    'cron',
    'authpriv',
    'ftp',
    'ntp',
    'audit',
    'alert',
    'clock',
  ],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
];

/** Settings of a syslog receiver. */
export const SyslogSettings = Type.Object(
  {
    host: Type.String({ pattern: '^[^\\s/]{1,253}$', description: 'name or address of the receiver' }),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: '6514 for tls, 514 otherwise' })),
    protocol: Type.Optional(Type.Enum(['tls', 'tcp', 'udp'], { description: 'tls by default' })),
    framing: Type.Optional(
      Type.Enum(['octet-counting', 'newline'], { description: 'how messages are told apart over tcp and tls; octet-counting by default' }),
    ),
    format: Type.Optional(
      Type.Enum(['text', 'falco'], { description: 'what follows the structured data: a line for people, the default, or Falco JSON' }),
    ),
    facility: Type.Optional(Type.Enum(FACILITIES, { description: 'authpriv by default' })),
    hostname: Type.Optional(
      Type.String({ pattern: '^[\\x21-\\x7e]{1,255}$', description: 'the host to name as origin; the node of the alert by default' }),
    ),
    app_name: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,48}$', description: 'whoran by default' })),
    enterprise: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 4_294_967_295,
        description: 'private enterprise number in the name of the structured data, whoran@NUMBER; 32473, the one for examples, by default',
      }),
    ),
    max_size: Type.Optional(
      Type.Integer({ minimum: 1024, maximum: 1_048_576, description: 'bytes of a message; 2048 for udp, 8192 otherwise, by default' }),
    ),
    timeout: TimeoutSetting,
    tls: Type.Optional(TlsSettings),
  },
  { additionalProperties: false, description: 'A message of RFC 5424 for each alert.' },
);
export type SyslogSettings = Type.Static<typeof SyslogSettings>;
