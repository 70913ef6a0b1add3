import Type from 'typebox';

const closed = { additionalProperties: false } as const;
const Texts = Type.Record(Type.String(), Type.String({ maxLength: 4096 }));

/** A setting that a preset asks for beside those of the connection. */
const PresetSetting = Type.Object(
  {
    about: Type.String({ minLength: 1 }),
    secret: Type.Optional(Type.Boolean({ description: 'read from <name>_file or <name>_env' })),
    required: Type.Optional(Type.Boolean()),
    default: Type.Optional(Type.Union([Type.String(), Type.Integer(), Type.Boolean()])),
    pattern: Type.Optional(Type.String()),
    type: Type.Optional(Type.Enum(['text', 'integer', 'boolean', 'map', 'list'])),
  },
  closed,
);
/** A declared setting. */
export type PresetSetting = Type.Static<typeof PresetSetting>;

/** The file of a preset: what a service's HTTP interface asks for. */
export const Preset = Type.Object(
  {
    kind: Type.String({ pattern: '^[a-z][a-z0-9-]{1,31}$', description: 'the key in the routes file' }),
    title: Type.String({ minLength: 1 }),
    about: Type.String({ minLength: 1, description: 'one line for the table of receivers' }),
    documentation: Type.String({ pattern: '^https://', description: 'what the service itself says' }),
    url: Type.Optional(Type.String({ description: 'a template of `settings`; without it, settings must have the URL' })),
    path: Type.Optional(Type.String({ pattern: '^/', description: 'appended to a URL that does not end with it' })),
    query: Type.Optional(Texts),
    headers: Type.Optional(Texts),
    method: Type.Optional(Type.Enum(['POST', 'PUT', 'PATCH'])),
    content_type: Type.Optional(Type.String()),
    settings: Type.Optional(Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$' }), PresetSetting)),
    texts: Type.Optional(Texts),
    format: Type.Optional(Type.Enum(['falco', 'cloudevents', 'ocsf', 'ecs'], { description: 'that settings may change' })),
    per: Type.Enum(['notification', 'alert']),
    body: Type.Unknown(),
    join: Type.Optional(
      Type.Union([Type.Enum(['array', 'lines']), Type.Object({ list: Type.String({ minLength: 1 }) }, closed)], {
        description: 'how several bodies become one: a JSON array, lines, or an object with a list',
      }),
    ),
    max_items: Type.Optional(Type.Integer({ minimum: 1 })),
    max_body: Type.Integer({ minimum: 1024, description: 'bytes; texts are cut until a body fits' }),
    max_item: Type.Optional(Type.Integer({ minimum: 1024, description: 'bytes of one of several bodies that are joined' })),
    max_text: Type.Optional(Type.Integer({ minimum: 128, description: 'UTF-16 units that a text always has at most' })),
    answer: Type.Optional(
      Type.Enum(['bulk'], { description: "an answer that must be read: Elasticsearch's, with a status for each item" }),
    ),
  },
  closed,
);
/** A preset, as its file has it. */
export type Preset = Type.Static<typeof Preset>;
