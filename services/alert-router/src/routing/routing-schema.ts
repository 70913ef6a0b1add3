import { PRIORITIES, type Priority } from '@whoran/contracts';
import { outputKinds } from '@whoran/outputs';
import Type from 'typebox';

const closed = { additionalProperties: false } as const;
const ReceiverName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$', description: 'letters, digits, _ . -; at most 63' });
const Matchers = Type.Array(Type.String({ maxLength: 4096 }), { maxItems: 100 });
const MinPriority = Type.Unsafe<Priority>(Type.Enum([...PRIORITIES]));

const ChildRoute = Type.Object(
  {
    receiver: Type.Optional(ReceiverName),
    matchers: Type.Optional(Matchers),
    min_priority: Type.Optional(MinPriority),
    continue: Type.Optional(Type.Boolean()),
    routes: Type.Optional(Type.Array(Type.Ref('ChildRoute'), { maxItems: 10_000 })),
  },
  closed,
);

const Queue = Type.Object(
  {
    size: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000,
        description: 'alerts that wait at most when all services run in one process, 1000 by default',
      }),
    ),
    concurrency: Type.Optional(Type.Integer({ minimum: 1, maximum: 64, description: 'attempts at once, 4 by default' })),
    deadline: Type.Optional(
      Type.String({ pattern: '^[1-9]\\d{0,5}(ms|s|m|h)$', description: 'how long to try, from when the alert was raised, 5m by default' }),
    ),
  },
  closed,
);

const Receiver = Type.Object(
  {
    name: ReceiverName,
    queue: Type.Optional(Queue),
    ...Object.fromEntries(outputKinds.map(({ kind, schema }) => [kind, Type.Optional(schema)])),
  },
  closed,
);

/** The routes file. */
export const RoutesFile = Type.Object(
  {
    route: Type.Object(
      { receiver: ReceiverName, routes: Type.Optional(Type.Array(Type.Cyclic({ ChildRoute }, 'ChildRoute'), { maxItems: 10_000 })) },
      closed,
    ),
    receivers: Type.Array(Receiver, { minItems: 1, maxItems: 256 }),
  },
  closed,
);

/** A route as the file has it. */
export interface RouteSettings {
  readonly receiver?: string;
  readonly matchers?: readonly string[];
  readonly min_priority?: Priority;
  readonly continue?: boolean;
  readonly routes?: readonly RouteSettings[];
}

/** A receiver as the file has it: a name, perhaps a queue, and one key that is a kind of output. */
export interface ReceiverEntry extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly queue?: { readonly size?: number; readonly concurrency?: number; readonly deadline?: string };
}

/** The routes file after it was checked against the schema. */
export interface RoutesFileContent {
  readonly route: RouteSettings & { readonly receiver: string };
  readonly receivers: readonly ReceiverEntry[];
}
