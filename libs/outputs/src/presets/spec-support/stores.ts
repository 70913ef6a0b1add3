import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { Received } from '../../spec-support/http-stand-in.ts';
import { type Service, jsonProblems, maybe, schemaProblems, shape, text, textsOf } from './service.ts';

const KEY = 'S3cretS3cretS3cretS3cretS3cret00';
const FalcoEvent = Type.Object({
  output: text(20_000_000),
  priority: Type.Enum(['Emergency', 'Alert', 'Critical', 'Error', 'Warning', 'Notice', 'Informational', 'Debug']),
  rule: Type.String(),
  time: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z$' }),
  source: text(128),
  tags: Type.Array(Type.String()),
  hostname: Type.String(),
  output_fields: Type.Record(Type.String(), Type.Unknown()),
});

const lokiBody = jsonProblems(
  shape({
    streams: Type.Array(
      shape({
        stream: Type.Record(Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' }), Type.String({ minLength: 1, maxLength: 2048 })),
        values: Type.Array(
          Type.Tuple([Type.String({ pattern: '^\\d{19}$' }), text(256 * 1024), Type.Record(Type.String(), Type.String())]),
          { minItems: 1 },
        ),
      }),
      { minItems: 1 },
    ),
  }),
  4_000_000,
);
const loki: Service = {
  settings: { tenant: 'soc', labels: { env: 'prod' }, structured_metadata: true },
  path: '/hook/loki/api/v1/push',
  headers: { 'x-scope-orgid': 'soc' },
  problems: (received) => {
    interface Push {
      readonly streams: readonly {
        readonly stream: Readonly<Record<string, string>>;
        readonly values: readonly (readonly [string, string])[];
      }[];
    }
    const { streams } = JSON.parse(received.body) as Push;
    const lines = streams.flatMap(({ values }) => values.map(([, line]) => line));
    const many = streams.filter(({ stream }) => Object.keys(stream).length > 15).map(() => 'more than 15 labels');
    const long = lines.filter((line) => Buffer.byteLength(line) > 256 * 1024).map(() => 'a line over 256 KiB');
    return [...lokiBody(received), ...many, ...long, ...lines.flatMap((line) => schemaProblems(falco, JSON.parse(line)))];
  },
  success: () => ({ status: 204, body: '' }),
};
const falco = Compile(FalcoEvent);

function linesOf({ body }: Received): readonly unknown[] {
  return body
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}

const ndjson = (received: Received): readonly string[] => [
  ...(received.body.endsWith('\n') ? [] : ['the last line has no end']),
  ...(received.body.includes('\n\n') ? ['an empty line'] : []),
];

const bulkAction = Compile(shape({ create: shape({ _id: text(512) }) }));
const document = Compile(
  Type.Object({
    '@timestamp': Type.String({ pattern: '^\\d{4}-' }),
    ecs: shape({ version: Type.String() }),
    event: Type.Object({ kind: Type.Literal('alert'), severity: Type.Integer() }),
  }),
);
const bulk = (index: string): Service => ({
  settings: { api_key_file: '/key', pipeline: 'geo' },
  path: `/hook/${index}/_bulk?pipeline=geo`,
  headers: { authorization: `ApiKey ${KEY}`, 'content-type': 'application/x-ndjson' },
  problems: (received) => {
    const lines = linesOf(received);
    const odd = lines.filter((_, index) => index % 2 === 1);
    return [
      ...ndjson(received),
      ...(lines.length % 2 === 0 ? [] : ['an action without a document']),
      ...lines.filter((_, index) => index % 2 === 0).flatMap((line) => schemaProblems(bulkAction, line)),
      ...odd.flatMap((line) => schemaProblems(document, line)),
      ...(textsOf(odd).some((each) => Buffer.byteLength(each) > 32_766) ? ['a term over 32766 bytes'] : []),
    ];
  },
  success: (received) => {
    const items = linesOf(received)
      .filter((_, index) => index % 2 === 0)
      .map(() => ({ create: { status: 201 } }));
    return { status: 200, body: JSON.stringify({ took: 1, errors: false, items }) };
  },
});

const hecEvent = Compile(
  shape({
    time: Type.Number({ minimum: 0 }),
    host: text(253),
    source: text(253),
    sourcetype: text(253),
    index: maybe(text(100)),
    event: FalcoEvent,
    fields: Type.Record(Type.String(), Type.String()),
  }),
);
const splunk: Service = {
  settings: { token_file: '/key', index: 'sec' },
  path: '/hook/services/collector/event',
  headers: { authorization: `Splunk ${KEY}` },
  problems: (received) => [
    ...linesOf(received).flatMap((line) => schemaProblems(hecEvent, line)),
    ...(received.body.length > 1_000_000 ? ['over 1 MB'] : []),
  ],
  success: () => ({ status: 200, body: '{"text":"Success","code":0}' }),
};

const datadogBody = jsonProblems(
  Type.Array(
    shape({
      ddsource: text(100),
      ddtags: text(4096),
      hostname: text(253),
      service: text(100),
      status: text(20),
      message: text(1_000_000),
      usr: maybe(shape({ name: text(1024) })),
      whoran: FalcoEvent,
    }),
    { minItems: 1, maxItems: 1000 },
  ),
  5_000_000,
);
const datadog: Service = {
  settings: { api_key_file: '/key', tags: ['env:prod'] },
  headers: { 'dd-api-key': KEY },
  problems: (received) => [
    ...datadogBody(received),
    ...(JSON.parse(received.body) as readonly unknown[]).flatMap((log) =>
      JSON.stringify(log).length > 1_000_000 ? ['a log over 1 MB'] : [],
    ),
  ],
  success: () => ({ status: 202, body: '{}' }),
};

const newrelic: Service = {
  settings: { license_key_file: '/key' },
  headers: { 'api-key': KEY },
  problems: jsonProblems(
    Type.Array(
      shape({
        logs: Type.Array(
          shape({
            timestamp: Type.Integer({ minimum: 1_000_000_000_000 }),
            message: text(128_000),
            attributes: Type.Record(Type.String({ maxLength: 255 }), Type.Unknown(), { maxProperties: 255 }),
          }),
          { minItems: 1 },
        ),
      }),
      { minItems: 1 },
    ),
    1_000_000,
  ),
  success: () => ({ status: 202, body: '{"requestId":"r"}' }),
};

const sumologic: Service = {
  settings: { category: 'sec/whoran' },
  headers: { 'x-sumo-category': 'sec/whoran', 'x-sumo-name': 'whoran' },
  problems: (received) => [
    ...ndjson(received),
    ...(received.body.length > 1_000_000 ? ['over 1 MB'] : []),
    ...linesOf(received).flatMap((line) => [
      ...schemaProblems(falco, line),
      ...(Buffer.byteLength(JSON.stringify(line)) > 65_536 ? ['a message over 64 KB'] : []),
    ]),
  ],
  success: () => ({ status: 200, body: '' }),
};

/** Where alerts are kept. */
export const STORES: Readonly<Record<string, Service>> = {
  loki,
  elasticsearch: bulk('logs-whoran.alerts-default'),
  opensearch: bulk('whoran-alerts'),
  splunk,
  datadog,
  newrelic,
  sumologic,
};

const oneEvent: Service = {
  problems: jsonProblems(Type.Object(FalcoEvent.properties, { additionalProperties: false }), 16_000_000),
  success: () => ({ status: 200, body: '' }),
};
const cloudEvent = Compile(
  shape({
    specversion: Type.Literal('1.0'),
    id: text(1024),
    source: text(2048),
    type: Type.Literal('dev.whoran.alerts.v1'),
    subject: text(1024),
    time: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' }),
    datacontenttype: Type.Literal('application/json'),
    data: FalcoEvent,
  }),
);
const cloudevents: Service = {
  headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' },
  problems: ({ body }) => schemaProblems(cloudEvent, JSON.parse(body)),
  success: () => ({ status: 202, body: '' }),
};
const http: Service = {
  problems: jsonProblems(
    Type.Object({
      id: text(128),
      reason: text(20),
      title: text(10_000),
      priority: text(20),
      total: Type.Integer(),
      alerts: Type.Array(FalcoEvent),
    }),
    16_000_000,
  ),
  success: () => ({ status: 200, body: '' }),
};

/** Programs that take alerts as they are. */
export const PROGRAMS: Readonly<Record<string, Service>> = {
  webhook: oneEvent,
  falcosidekick: oneEvent,
  'falco-talon': oneEvent,
  cloudevents,
  http,
};
