import type { Alert, Notification } from '@whoran/contracts';
import { aNotification, anAlert, anAuditEvent } from '@whoran/testing';

/** Whatever could call people, make links, end a string, a line, a tag or a block, or obey nobody's rules. */
export const HOSTILE =
  `<!channel> <!everyone> <@U123> <https://evil.example|click> @channel @here @everyone @all @jane [x](https://evil.example) ` +
  `</pre></b><script>alert(1)</script> <users/all> "quotes" 'more' \\ \`\`\` *b* _i_ ~s~ || {{ settings.token }} {% raw %} ` +
  `& &amp; \u0000\u0007\u001b[31m\r\n\u2028\u202e\ud800 ${'😀'.repeat(20)}`;

const LONG = `${HOSTILE} ${'x\n"<&@'.repeat(175_000)}`;

const hostile: Alert = anAlert(
  {
    rule: HOSTILE.slice(0, 1000),
    output: LONG,
    hostname: 'node-a',
    tags: [HOSTILE.slice(0, 250), ...Array.from({ length: 50 }, (_, index) => `tag ${index}`)],
    output_fields: {
      ...anAlert().output_fields,
      'proc.cmdline': LONG,
      'k8s.ns.name': HOSTILE,
      'k8s.pod.name': HOSTILE,
      'container.name': HOSTILE,
      'container.image.repository': HOSTILE,
      [HOSTILE]: HOSTILE,
      __proto__: 'x',
    },
  },
  {
    cluster: 'test',
    attribution: {
      evidence: 'lineage',
      session: {
        id: 'session-1',
        kind: 'exec',
        user: { username: LONG.slice(0, 65_536), groups: Array.from({ length: 500 }, () => HOSTILE) },
      },
    },
  },
);

const bare: Alert = {
  rule: '',
  priority: 'nonsense',
  time: 'yesterday',
  tags: null,
  output_fields: {},
  whoran: {
    id: 'e/r',
    revision: 0,
    eventId: 'e',
    cluster: 'c',
    node: 'n',
    raisedAt: '2026-01-01T10:00:01.000Z',
    attribution: { evidence: 'none' },
  },
};

const audit: Alert = anAlert(
  {
    rule: 'Secret read',
    source: 'k8s_audit',
    output: `Secret read by ${anAuditEvent().user.username}`,
    output_fields: { 'ka.verb': 'get', 'ka.target.resource': 'secrets', 'ka.target.name': 'db', 'ka.target.namespace': 'payments' },
  },
  { attribution: { evidence: 'audit', user: { username: 'ops@example.com', groups: [] } } },
);

const storm = {
  since: '2026-01-01T10:00:00.000Z',
  until: '2026-01-01T10:01:00.000Z',
  rules: [{ name: HOSTILE.slice(0, 250), alerts: 900 }],
  users: [{ name: HOSTILE.slice(0, 250), alerts: 100 }],
};

/** What receivers must cope with. */
export const NOTIFICATIONS: Readonly<Record<string, Notification>> = {
  'one alert': aNotification(),
  'an alert of the audit log': aNotification({}, audit),
  'an alert of which nothing is known': aNotification({}, bare),
  'a hostile alert': aNotification({}, hostile),
  'a withdrawn alert': aNotification({ reason: 'update', revision: 1 }, anAlert({ tags: ['withdrawn'] }, { revision: 1, update: true })),
  'a group': aNotification({
    reason: 'group',
    alerts: Array.from({ length: 100 }, (_, index) => anAlert({}, { id: `event-${index}/R` })),
    total: 250,
    group: { route: '{}', labels: { namespace: HOSTILE } },
  }),
  'a group of hostile alerts': aNotification({ reason: 'repeat', alerts: [hostile, hostile, hostile], total: 3 }),
  'a storm': aNotification({ reason: 'storm', alerts: [], total: 1000, storm }),
  'an escalation': aNotification({
    reason: 'escalation',
    escalated: { from: 'pager', id: 'n', error: `POST refused ${HOSTILE}`.slice(0, 1000) },
  }),
};
