import { ResponseAction, ResponseTarget, check } from '@whoran/contracts';
import { type Issue, type Millis, type Result, err, ok, parseDuration } from '@whoran/kernel';
import Type from 'typebox';
import type { ResponseSettings } from './response-settings.ts';

/** What somebody asks for. */
export interface NewResponse {
  /** Chosen by who asks: asking twice with the same does no more than asking once. */
  readonly id: string;
  readonly action: ResponseAction;
  readonly target: ResponseTarget;
  readonly reason: string;
  readonly author: string;
  /** Whether a token says who the author is: then they count as one of those who must agree. */
  readonly isKnown: boolean;
  readonly dryRun: boolean;
  /** How long it holds from when it is done, milliseconds; or as long as the settings say, or until it is undone. */
  readonly duration: Millis | 'usual' | 'forever';
  /** Groups that the user of the target is known to be in. */
  readonly groups?: readonly string[];
  /** The alert that it answers. */
  readonly alert?: string;
  /** Whether a route asks and no person. */
  readonly automatic: boolean;
}

/** What may be done: with a duration, unless it holds until it is undone or is over at once. */
export type AdmittedResponse = Omit<NewResponse, 'duration'> & { readonly duration?: Millis };

/** It is part of names in Kubernetes, which allow no more. */
const ID = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

const OBJECT_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

const Body = Type.Object(
  {
    id: Type.Optional(Type.String({ maxLength: 100 })),
    action: ResponseAction,
    target: ResponseTarget,
    reason: Type.String({ minLength: 1, maxLength: 1024 }),
    author: Type.Optional(Type.String({ maxLength: 200 })),
    duration: Type.Optional(Type.String({ maxLength: 40 })),
    dryRun: Type.Optional(Type.Boolean()),
    alert: Type.Optional(Type.String({ maxLength: 128 })),
  },
  { additionalProperties: false },
);

/**
 * Reads what a person asks for from the JSON of the API. `author`: who is known to ask, or else it is whom the body names;
 * `id`: for when the body has none. Every problem at once.
 */
export function readNewResponse(
  body: unknown,
  known: { readonly id: string; readonly author: string | undefined },
): Result<NewResponse, readonly Issue[]> {
  const read = check<Type.Static<typeof Body>>(Body, body);
  if (!read.ok) return read;
  const { id = known.id, action, target, reason, dryRun = false, duration, alert } = read.value;
  const author = known.author ?? read.value.author ?? '';
  const span = durationOf(duration);
  const issues = [
    ...(ID.test(id) ? [] : [issue('/id', 'must be 1 to 40 lower-case letters, digits and "-"')]),
    ...(author === '' ? [issue('/author', 'says who asks: it must be there')] : []),
    ...(span === undefined ? [issue('/duration', 'must be a span such as 30m, or forever')] : []),
  ];
  if (span === undefined || issues.length > 0) return err(issues);
  return ok({
    id,
    action,
    target,
    reason,
    author,
    isKnown: known.author !== undefined,
    dryRun,
    automatic: false,
    duration: span,
    ...(alert === undefined ? {} : { alert }),
  });
}

function durationOf(text = 'usual'): NewResponse['duration'] | undefined {
  return text === 'usual' || text === 'forever' ? text : parseDuration(text) || undefined;
}

/** What is asked for, with the usual duration where none is given, if it is allowed; every problem if it is not. */
export function admitResponse(asked: NewResponse, settings: ResponseSettings): Result<AdmittedResponse, readonly Issue[]> {
  const { duration, ...request } = asked;
  const issues = [...problemsOfSwitches(asked, settings), ...problemsOfTarget(asked, settings), ...problemsOfTime(asked, settings)];
  const exempt = exemptionOf(request, settings);
  if (exempt !== undefined) issues.push(issue('/target', `${exempt} is exempt from responses (/exempt of the response file)`));
  if (issues.length > 0) return err(issues);
  if (duration === 'forever' || request.action === 'end-session') return ok(request);
  return ok({ ...request, duration: duration === 'usual' ? settings.defaultDuration : duration });
}

/** Whom the settings protect, if the target is about one of them. */
export function exemptionOf(
  { target: { user, group }, groups = [] }: Pick<NewResponse, 'target' | 'groups'>,
  { exempt }: ResponseSettings,
): string | undefined {
  if (user !== undefined && exempt.users.has(user)) return `user ${user}`;
  const name = [...(group === undefined ? [] : [group]), ...groups].find((each) => exempt.groups.has(each));
  return name === undefined ? undefined : `group ${name}`;
}

function problemsOfSwitches({ action, automatic }: NewResponse, settings: ResponseSettings): Issue[] {
  if (!settings.actions.has(action)) return [issue('/action', `"${action}" is off: name it in /actions of the response file`)];
  if (!automatic || settings.automatic.actions.has(action)) return [];
  return [issue('/action', `"${action}" is not for routes: name it in /automatic/actions of the response file`)];
}

function problemsOfTarget({ action, target }: NewResponse, { clusters }: ResponseSettings): Issue[] {
  const { user, group, credentialId, namespace, pod, cluster } = target;
  if (action === 'quarantine') {
    return user || group || credentialId ? [] : [issue('/target', 'names nobody: give user, group or credentialId')];
  }
  const issues: Issue[] = [];
  if (cluster === undefined) issues.push(issue('/target/cluster', `must be there: ${action} is about one cluster`));
  else if (!clusters.has(cluster)) issues.push(issue('/target/cluster', `"${cluster}" is not in /clusters of the response file`));
  if (action === 'disable-credentials') return [...issues, ...problemsOfCredentials(target)];
  const isPlace = OBJECT_NAME.test(namespace ?? '') && OBJECT_NAME.test(pod ?? '');
  return isPlace ? issues : [...issues, issue('/target', 'needs namespace and pod, as Kubernetes names them')];
}

/** What Kubernetes itself lives by is left alone: without these bindings a cluster stops. */
function problemsOfCredentials({ user, group }: ResponseTarget): Issue[] {
  if ((user === undefined) === (group === undefined)) return [issue('/target', 'needs either user or group')];
  const builtIn = user === undefined ? group : /^system:serviceaccount:/.test(user) ? undefined : user;
  if (!builtIn?.startsWith('system:') || /^system:serviceaccounts:./.test(builtIn)) return [];
  return [issue('/target', `"${builtIn}" is part of Kubernetes: its bindings are not touched`)];
}

function problemsOfTime({ action, duration, automatic }: NewResponse, { maxDuration }: ResponseSettings): Issue[] {
  if (action === 'end-session' || duration === 'usual') return [];
  if (automatic && duration === 'forever') return [issue('/duration', 'a route cannot respond forever')];
  const limit = maxDuration ?? Number.POSITIVE_INFINITY;
  const asked = duration === 'forever' ? Number.POSITIVE_INFINITY : duration;
  if (asked <= limit) return [];
  return [issue('/duration', `is longer than max_duration of the response file (${Math.round(limit / 60_000)}m)`)];
}

function issue(item: string, message: string): Issue {
  return { code: 'invalid-response', item, message };
}
