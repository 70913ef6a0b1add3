import Type from 'typebox';
import { type Service, jsonProblems, maybe, shape, text } from './service.ts';

const instant = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' });
const link = Type.String({ pattern: '^https?://', maxLength: 2048 });

const pagerduty: Service = {
  settings: { routing_key_file: '/key' },
  problems: jsonProblems(
    shape({
      routing_key: Type.String({ minLength: 32, maxLength: 32 }),
      event_action: Type.Enum(['trigger', 'acknowledge', 'resolve']),
      dedup_key: text(255),
      client: text(1024),
      client_url: maybe(link),
      links: Type.Array(shape({ href: link, text: text(255) })),
      payload: shape({
        summary: text(1024),
        source: text(1024),
        severity: Type.Enum(['critical', 'error', 'warning', 'info']),
        timestamp: instant,
        component: maybe(text(1024)),
        group: maybe(text(1024)),
        class: maybe(text(1024)),
        custom_details: Type.Record(Type.String(), Type.Union([Type.String(), Type.Integer()])),
      }),
    }),
    512 * 1024,
  ),
  success: () => ({ status: 202, body: '{"status":"success","message":"Event processed","dedup_key":"k"}' }),
};

const opsgenieBody = jsonProblems(
  shape({
    message: text(130),
    alias: text(512),
    description: text(15_000),
    responders: maybe(Type.Array(shape({ type: Type.Literal('team'), name: text(100) }), { maxItems: 50 })),
    tags: Type.Array(text(50), { maxItems: 20 }),
    details: Type.Record(Type.String(), Type.String()),
    entity: text(512),
    source: text(100),
    priority: Type.Enum(['P1', 'P2', 'P3', 'P4', 'P5']),
  }),
  1_000_000,
);
const opsgenie: Service = {
  settings: { api_key_file: '/key', team: 'soc' },
  headers: { authorization: 'GenieKey S3cretS3cretS3cretS3cretS3cret00' },
  problems: (received) => {
    const { details } = JSON.parse(received.body) as { readonly details: Readonly<Record<string, string>> };
    const size = Object.entries(details).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    return [...opsgenieBody(received), ...(size > 8000 ? [`details of ${size} characters, more than 8000`] : [])];
  },
  success: () => ({ status: 202, body: '{"result":"Request will be processed","took":0.1,"requestId":"r"}' }),
};

const labels = Type.Record(Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' }), Type.String({ minLength: 1, maxLength: 4096 }));
const alertmanagerBody = jsonProblems(
  Type.Array(shape({ labels, annotations: labels, startsAt: instant, endsAt: maybe(instant), generatorURL: maybe(link) }), { minItems: 1 }),
  4_000_000,
);
const alertmanager: Service = {
  settings: { labels: { team: 'soc' } },
  path: '/hook/api/v2/alerts',
  problems: (received) => {
    const alerts = JSON.parse(received.body) as readonly {
      readonly labels: Readonly<Record<string, string>>;
      readonly startsAt: string;
      readonly endsAt?: string;
    }[];
    const backwards = alerts.filter(({ startsAt, endsAt }) => endsAt !== undefined && endsAt < startsAt);
    return [
      ...alertmanagerBody(received),
      ...alerts.filter((alert) => alert.labels['alertname'] === undefined).map(() => 'no alertname'),
      ...backwards.map(() => 'ends before it starts'),
      ...alerts.filter((alert) => alert.labels['team'] !== 'soc').map(() => 'without the label of the settings'),
    ];
  },
  success: () => ({ status: 200, body: '' }),
};

const oncall: Service = {
  problems: jsonProblems(
    shape({
      alert_uid: text(255),
      title: text(1024),
      state: Type.Enum(['alerting', 'ok']),
      link_to_upstream_details: maybe(link),
      message: text(20_000),
    }),
    512 * 1024,
  ),
  success: () => ({ status: 200, body: 'Ok.' }),
};

/** Who wakes people. */
export const PAGERS: Readonly<Record<string, Service>> = { pagerduty, opsgenie, alertmanager, oncall };
