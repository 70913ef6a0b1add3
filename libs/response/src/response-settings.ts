import { ResponseAction } from '@whoran/contracts';
import { type Issue, type Millis, type Result, err, ok, parseDuration } from '@whoran/kernel';
import Type from 'typebox';

const closed = { additionalProperties: false } as const;
const Names = Type.Array(Type.String({ minLength: 1, maxLength: 4096 }), { maxItems: 1000 });
const Span = Type.String({ pattern: '^[1-9]\\d{0,5}(s|m|h|d)$', description: 'a span such as 15m, 24h or 7d' });
const Actions = Type.Array(ResponseAction, { maxItems: 4 });
const Empty = Type.Object({}, closed);

/** The response file. */
export const ResponseFile = Type.Object(
  {
    actions: Type.Object(
      {
        quarantine: Type.Optional(Empty),
        'end-session': Type.Optional(
          Type.Object(
            {
              pods: Type.Optional(
                Type.Enum(['delete', 'evict', 'never'], { description: 'what is done to pods that are not for debugging' }),
              ),
              uncontrolled: Type.Optional(Type.Boolean({ description: 'also pods that nothing would start again' })),
              grace_seconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 3600 })),
            },
            closed,
          ),
        ),
        'disable-credentials': Type.Optional(Empty),
        'isolate-pod': Type.Optional(Empty),
      },
      { ...closed, minProperties: 1, description: 'what may be done; what is not named is off' },
    ),
    automatic: Type.Optional(
      Type.Object(
        { actions: Actions, per_hour: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })) },
        { ...closed, description: 'what receivers of the routes file may do by themselves' },
      ),
    ),
    approval: Type.Optional(
      Type.Object(
        { actions: Actions, people: Type.Optional(Type.Integer({ minimum: 2, maximum: 10 })), wait: Type.Optional(Span) },
        { ...closed, description: 'what more than one person must want' },
      ),
    ),
    exempt: Type.Optional(
      Type.Object(
        { users: Type.Optional(Names), groups: Type.Optional(Names) },
        { ...closed, description: 'whom no response is ever about' },
      ),
    ),
    default_duration: Type.Optional(Span),
    max_duration: Type.Optional(Span),
    clusters: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$' }),
        Type.Object(
          {
            kubeconfig: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
            context: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
            in_cluster: Type.Optional(Type.Boolean()),
          },
          closed,
        ),
        { maxProperties: 1000, description: 'how API servers are reached, by the name of the cluster' },
      ),
    ),
  },
  closed,
);
type ResponseFile = Type.Static<typeof ResponseFile>;

/** How the API server of a cluster is reached: by a kubeconfig file, or as the service account of the pod. */
export interface ClusterAccess {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** How sessions are ended. */
export interface EndSessionSettings {
  readonly pods: 'delete' | 'evict' | 'never';
  readonly uncontrolled: boolean;
  readonly graceSeconds?: number;
}

/** What may be done, what more than one must want, to whom nothing is done, and for how long. */
export interface ResponseSettings {
  readonly actions: ReadonlySet<ResponseAction>;
  readonly endSession: EndSessionSettings;
  readonly automatic: { readonly actions: ReadonlySet<ResponseAction>; readonly perHour: number };
  readonly approval: { readonly actions: ReadonlySet<ResponseAction>; readonly people: number; readonly wait: Millis };
  readonly exempt: { readonly users: ReadonlySet<string>; readonly groups: ReadonlySet<string> };
  readonly defaultDuration: Millis;
  /** Without it, responses may hold until they are undone. */
  readonly maxDuration?: Millis;
  readonly clusters: ReadonlyMap<string, ClusterAccess>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Who gets in when everybody is kept out, unless the file names other groups. The webhook has the same. */
export const BREAK_GLASS_GROUP = 'whoran:break-glass';

/** Makes settings of a response file that fits the schema; every problem at once if its parts do not fit together. */
export function readResponseSettings(file: unknown): Result<ResponseSettings, readonly Issue[]> {
  const content = file as ResponseFile;
  const actions = new Set(Object.keys(content.actions) as ResponseAction[]);
  const settings: ResponseSettings = {
    actions,
    endSession: endSessionOf(content),
    automatic: { actions: new Set(content.automatic?.actions), perHour: content.automatic?.per_hour ?? 20 },
    approval: approvalOf(content),
    exempt: { users: new Set(content.exempt?.users), groups: new Set(content.exempt?.groups ?? [BREAK_GLASS_GROUP]) },
    defaultDuration: parseDuration(content.default_duration ?? '') ?? HOUR,
    ...maxDurationOf(content),
    clusters: new Map(Object.entries(content.clusters ?? {}).map(([name, access]) => [name, accessOf(access)])),
  };
  const issues = [...problemsOfActions(settings), ...problemsOfClusters(content)];
  return issues.length > 0 ? err(issues) : ok(settings);
}

function approvalOf({ approval: { actions = [], people = 2, wait = '' } = { actions: [] } }: ResponseFile): ResponseSettings['approval'] {
  return { actions: new Set(actions), people, wait: parseDuration(wait) ?? 15 * MINUTE };
}

function endSessionOf({ actions }: ResponseFile): EndSessionSettings {
  const { pods = 'evict', uncontrolled = false, grace_seconds: graceSeconds } = actions['end-session'] ?? {};
  return { pods, uncontrolled, ...(graceSeconds === undefined ? {} : { graceSeconds }) };
}

function maxDurationOf({ max_duration: text = '' }: ResponseFile): { readonly maxDuration?: Millis } {
  const maxDuration = parseDuration(text);
  return maxDuration === undefined ? {} : { maxDuration };
}

function accessOf({ kubeconfig, context }: NonNullable<ResponseFile['clusters']>[string]): ClusterAccess {
  return { ...(kubeconfig === undefined ? {} : { kubeconfig }), ...(context === undefined ? {} : { context }) };
}

function problemsOfActions({ actions, automatic, approval, clusters, defaultDuration, maxDuration }: ResponseSettings): Issue[] {
  const off = (list: ReadonlySet<ResponseAction>, item: string) =>
    [...list].filter((action) => !actions.has(action)).map((action) => problem(item, `"${action}" is not in /actions: it is off`));
  const needsCluster = [...actions].some((action) => action !== 'quarantine') && clusters.size === 0;
  return [
    ...off(automatic.actions, '/automatic/actions'),
    ...off(approval.actions, '/approval/actions'),
    ...(needsCluster ? [problem('/actions', 'actions other than quarantine need /clusters: say how each API server is reached')] : []),
    ...(maxDuration !== undefined && defaultDuration > maxDuration ? [problem('/default_duration', 'is longer than max_duration')] : []),
  ];
}

function problemsOfClusters({ clusters = {} }: ResponseFile): Issue[] {
  return Object.entries(clusters).flatMap(([name, { kubeconfig, in_cluster: inCluster = false, context }]) => {
    const item = `/clusters/${name}`;
    if ((kubeconfig !== undefined) === inCluster) return [problem(item, 'needs either kubeconfig or in_cluster: true')];
    return context !== undefined && inCluster ? [problem(item, 'context goes with kubeconfig')] : [];
  });
}

function problem(item: string, message: string): Issue {
  return { code: 'invalid-setting', item, message };
}
