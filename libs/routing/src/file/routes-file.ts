import { PRIORITIES, type Priority } from '@whoran/contracts';
import Type, { type TSchema } from 'typebox';
import { DURATION } from './durations.ts';

/** A kind of receiver: the name of its settings in the file, and their schema. */
export interface ReceiverKind {
  readonly kind: string;
  readonly schema: TSchema;
}

const closed = { additionalProperties: false } as const;
const Duration = (description: string) => Type.String({ pattern: DURATION, description: `${description}, such as 30s, 5m or 1h30m` });
const ReceiverName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$', description: 'letters, digits, _ . -; at most 63' });
const Name = Type.String({ minLength: 1, maxLength: 128 });
const Names = (description: string) => Type.Array(Name, { maxItems: 100, description });
const Matchers = Type.Array(Type.String({ maxLength: 4096 }), { maxItems: 100, description: 'such as \'namespace="prod"\'' });
const SomeMatchers = Type.Array(Type.String({ maxLength: 4096 }), { minItems: 1, maxItems: 100 });
const Labels = (description: string) => Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 32, description });

const grouping = {
  group_by: Type.Optional(
    Type.Union([
      Labels("labels whose values make a group, ['...'] for all; none: each alert is told at once, the default"),
      Type.Literal('none'),
    ]),
  ),
  group_wait: Type.Optional(Duration('how long a group waits before its first notification, 30s by default')),
  group_interval: Type.Optional(Duration('how long before it tells of new alerts, 5m by default')),
  repeat_interval: Type.Optional(Duration('how long before it tells the same again, 4h by default')),
};
const children = { routes: Type.Optional(Type.Array(Type.Ref('ChildRoute'), { maxItems: 10_000 })) };

/** Legacy words are in the schema so that they are refused with what to write instead. */
const Legacy = Type.Optional(Type.Unknown());

const ChildRoute = Type.Object(
  {
    receiver: Type.Optional(ReceiverName),
    matchers: Type.Optional(Matchers),
    min_priority: Type.Optional(Type.Unsafe<Priority>(Type.Enum([...PRIORITIES]))),
    continue: Type.Optional(Type.Boolean({ description: 'whether the routes after this one are tried, too' })),
    ...grouping,
    mute_time_intervals: Type.Optional(Names('time intervals in which nobody is told')),
    active_time_intervals: Type.Optional(Names('time intervals outside of which nobody is told')),
    match: Legacy,
    match_re: Legacy,
    ...children,
  },
  closed,
);

const Queue = Type.Object(
  {
    size: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000,
        description: 'notifications that wait at most when all services run in one process, 1000 by default',
      }),
    ),
    concurrency: Type.Optional(Type.Integer({ minimum: 1, maximum: 64, description: 'attempts at once, 4 by default' })),
    deadline: Type.Optional(Duration('how long to try, from when the notification was made, 5m by default')),
  },
  closed,
);

const RateLimit = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 100_000, description: 'notifications' }),
    per: Type.Optional(Duration('in this time, 1m by default')),
  },
  { ...closed, description: 'more than this is summed up in one notification' },
);

const InhibitRule = Type.Object(
  {
    name: Type.Optional(Name),
    source_matchers: Type.Optional(SomeMatchers),
    target_matchers: Type.Optional(SomeMatchers),
    equal: Type.Optional(Labels('labels that both must have the same')),
    source_match: Legacy,
    source_match_re: Legacy,
    target_match: Legacy,
    target_match_re: Legacy,
  },
  closed,
);

const Ranges = (description: string) => Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 100, description });
const Time = Type.String({ maxLength: 5, description: '00:00 to 24:00' });
const TimeInterval = Type.Object(
  {
    times: Type.Optional(Type.Array(Type.Object({ start_time: Time, end_time: Time }, closed), { minItems: 1, maxItems: 100 })),
    weekdays: Type.Optional(Ranges("such as 'monday:friday'")),
    days_of_month: Type.Optional(Ranges("such as '1:5' or '-3:-1'")),
    months: Type.Optional(Ranges("such as 'may:august' or '5:8'")),
    years: Type.Optional(Ranges("such as '2026:2027'")),
    location: Type.Optional(Type.String({ maxLength: 64, description: 'an IANA time zone, UTC by default' })),
  },
  closed,
);

/** The schema of a routes file whose receivers are of the given kinds. */
export function routesFileSchema(kinds: readonly ReceiverKind[]): TSchema {
  const Receiver = Type.Object(
    {
      name: ReceiverName,
      queue: Type.Optional(Queue),
      rate_limit: Type.Optional(RateLimit),
      on_failure: Type.Optional(Type.String({ ...ReceiverName, description: 'the receiver that is told when this one could not be' })),
      escalate_after: Type.Optional(Duration('how long this receiver may be down before on_failure is told, 2m by default')),
      ...Object.fromEntries(kinds.map(({ kind, schema }) => [kind, Type.Optional(schema)])),
    },
    closed,
  );
  return Type.Object(
    {
      global: Type.Optional(
        Type.Object(
          { resolve_timeout: Type.Optional(Duration('how long an alert of a group is active after it was last seen, 5m by default')) },
          closed,
        ),
      ),
      route: Type.Object(
        {
          receiver: ReceiverName,
          ...grouping,
          routes: Type.Optional(Type.Array(Type.Cyclic({ ChildRoute }, 'ChildRoute'), { maxItems: 10_000 })),
        },
        closed,
      ),
      inhibit_rules: Type.Optional(Type.Array(InhibitRule, { maxItems: 1000 })),
      time_intervals: Type.Optional(
        Type.Array(Type.Object({ name: Name, time_intervals: Type.Array(TimeInterval, { minItems: 1, maxItems: 100 }) }, closed), {
          maxItems: 1000,
        }),
      ),
      mute_time_intervals: Legacy,
      receivers: Type.Array(Receiver, { minItems: 1, maxItems: 256 }),
    },
    closed,
  );
}
