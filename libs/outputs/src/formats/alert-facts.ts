import { type Alert, type Attribution, type FieldValue, type Identity, type SessionRef, namedIdentity, namedUser } from '@whoran/contracts';
import { printable, truncate } from '@whoran/kernel';

const LONGEST_NAME = 200;
/** More candidates than these are counted, not listed. */
const CANDIDATES_SHOWN = 3;
/** Falco writes this for what it does not know. */
const UNKNOWN = '<NA>';

/** What messages and formats say of an alert. Texts are as they came, hostile ones too; what is not known is undefined. */
export interface AlertFacts {
  readonly user?: Identity;
  /** Who, for people: the name, the candidates, or why nobody is known. On one line. */
  readonly who: string;
  /** Where, for people: cluster, namespace and pod, or cluster and node. On one line. */
  readonly place: string;
  readonly session?: SessionRef;
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly containerId?: string;
  readonly image?: string;
  /** What was run; of a request to the API server, its verb and object. */
  readonly command?: string;
  readonly request?: string;
  readonly withdrawn: boolean;
}

/** Gathers the facts of an alert from its fields and its attribution. */
export function factsOf(alert: Alert): AlertFacts {
  const { attribution } = alert.whoran;
  const user = namedIdentity(attribution);
  const session = user === undefined ? undefined : attribution.session;
  return {
    ...given({
      user,
      session,
      namespace: firstText(alert, 'k8s.ns.name', 'ka.target.namespace'),
      pod: firstText(alert, 'k8s.pod.name', 'ka.target.pod.name'),
      container: firstText(alert, 'container.name', 'k8s.container.name') ?? session?.container,
      containerId: firstText(alert, 'container.id'),
      image: imageOf(alert),
      command: firstText(alert, 'proc.cmdline', 'proc.name'),
      request: requestOf(alert),
    }),
    who: whoIs(attribution),
    place: placeOf(alert),
    withdrawn: alert.tags?.includes('withdrawn') ?? false,
  };
}

/** Who an attribution names, for people, on one line: the user, the candidates, or why nobody is known. */
export function whoIs(attribution: Attribution): string {
  const user = namedUser(attribution);
  if (user !== undefined) return nameOnLine(user);
  const candidates = [...new Set((attribution.candidates ?? []).map((session) => session.user.username))];
  if (candidates.length === 0) return attribution.reason === undefined ? 'unknown' : `unknown (${attribution.reason})`;
  const shown = candidates.slice(0, CANDIDATES_SHOWN).map(nameOnLine).join(' or ');
  const more = candidates.length - CANDIDATES_SHOWN;
  return `one of ${shown}${more > 0 ? ` or ${more} more` : ''}`;
}

/** Where an alert comes from, for people, on one line: cluster/namespace/pod, or cluster/node when there is no pod. */
export function placeOf(alert: Alert): string {
  const namespace = firstText(alert, 'k8s.ns.name', 'ka.target.namespace');
  const pod = firstText(alert, 'k8s.pod.name', 'ka.target.pod.name');
  const { cluster, node } = alert.whoran;
  const within = pod === undefined ? [namespace ?? node] : [namespace ?? '', pod];
  return [cluster, ...within].filter(Boolean).map(nameOnLine).join('/');
}

/** A foreign name on one line, bounded, with control characters shown. */
export function nameOnLine(text: string): string {
  return printable(truncate(text, LONGEST_NAME));
}

/** The first of the fields that is a text and says something. */
export function firstText({ output_fields: fields }: Alert, ...names: readonly string[]): string | undefined {
  return names.map((name) => fields[name]).find((value): value is string => typeof value === 'string' && value !== '' && value !== UNKNOWN);
}

/** The first of the fields that is an integer. */
export function firstInteger({ output_fields: fields }: Alert, ...names: readonly string[]): number | bigint | undefined {
  return names.map((name) => fields[name]).find(isInteger);
}

/** The fields of an object that are not undefined. */
export function given<T extends Readonly<Record<string, unknown>>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

function isInteger(value: FieldValue | undefined): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
}

function imageOf(alert: Alert): string | undefined {
  const repository = firstText(alert, 'container.image.repository');
  const tag = firstText(alert, 'container.image.tag');
  return repository === undefined ? firstText(alert, 'container.image') : `${repository}${tag === undefined ? '' : `:${tag}`}`;
}

function requestOf(alert: Alert): string | undefined {
  const verb = firstText(alert, 'ka.verb');
  if (verb === undefined) return undefined;
  const resource = firstText(alert, 'ka.target.resource');
  const name = firstText(alert, 'ka.target.name');
  return [verb, resource, name].filter((part) => part !== undefined).join(' ');
}
