import type { Alert, Notification } from '@whoran/contracts';

/** A text with everything that a careless template trips over. */
const AWKWARD = `"quotes" and 'more' \\ <@U1> & *bold* {{ braces }}\n\u0007`;

const ALERT: Alert = {
  rule: `Sample ${AWKWARD}`,
  priority: 'Warning',
  source: 'syscall',
  time: '2026-01-01T10:00:00.123456789Z',
  hostname: 'node-a',
  output: `A sample ${AWKWARD}`,
  tags: ['sample'],
  output_fields: { 'evt.type': 'execve', 'k8s.ns.name': 'payments', 'k8s.pod.name': 'api-0', 'proc.cmdline': AWKWARD, 'proc.pid': 1000 },
  whoran: {
    id: 'sample/Sample',
    revision: 0,
    eventId: 'sample',
    cluster: 'sample',
    node: 'node-a',
    raisedAt: '2026-01-01T10:00:01.000Z',
    attribution: {
      evidence: 'lineage',
      session: {
        id: '4cf8e840-6049-4b78-959e-559b16d942a4',
        kind: 'exec',
        user: { username: AWKWARD, groups: ['sre'] },
        command: [AWKWARD],
      },
    },
  },
};

/** A notification as templates may meet it, to try them with when they are loaded. Its texts are as awkward as they come. */
export const SAMPLE: Notification = {
  id: 'sample/1',
  subject: 'sample',
  revision: 0,
  receiver: 'sample',
  reason: 'group',
  createdAt: '2026-01-01T10:00:02.000Z',
  alerts: [ALERT, ALERT],
  total: 3,
  group: { route: '{}', labels: { namespace: AWKWARD } },
};

/** What is left when almost nothing is known: a summary without a single alert. */
export const BARE_SAMPLE: Notification = {
  ...SAMPLE,
  reason: 'storm',
  alerts: [],
  storm: { since: '2026-01-01T10:00:00.000Z', until: '2026-01-01T10:01:00.000Z', rules: [], users: [] },
};
