import { parseJson } from '@whoran/contracts';
import type { Observation, SeenParent } from '../observation.ts';
import type { StoredFact } from './lineage-store.ts';

/** Written in front of every fact: a reader of another version must not misread it. */
const VERSION = 1;
const KINDS: readonly Observation['kind'][] = ['start', 'child', 'parent', 'other'];

/** A fact as short JSON text: a list in a fixed order, nanoseconds as text. `decodeFact` reads it. */
export function encodeFact({ seen, arrived }: StoredFact): string {
  const { container, parent, program, claim } = seen;
  return JSON.stringify([
    VERSION,
    arrived,
    seen.eventId,
    String(seen.at),
    seen.kind,
    [container.id, container.name, container.namespace, container.pod],
    seen.pid,
    seen.vpid,
    printNanos(seen.start),
    parent && [parent.pid, parent.vpid, printNanos(parent.start)],
    seen.ancestors,
    seen.childVpid,
    [program.name, program.exe, program.args],
    seen.environment,
    seen.environmentUser,
    seen.ancestorEnvironment,
    claim && [claim.token, claim.user, claim.place],
  ]);
}

/** Reads a fact; nothing when the text is not one of ours. */
export function decodeFact(text: string): StoredFact | undefined {
  const value = parseJson(text);
  if (!value.ok || !Array.isArray(value.value) || value.value[0] !== VERSION) return undefined;
  const [, arrived, eventId, at, kind, container, pid, vpid, start, parent, ancestors, childVpid, program, ...rest] =
    value.value as unknown[];
  const known = KINDS.find((one) => one === kind);
  const when = nanos(at);
  const [id, name, namespace, pod] = texts(container);
  if (!known || when === undefined || id === undefined || typeof pid !== 'number' || typeof arrived !== 'number') return undefined;
  return {
    arrived,
    seen: {
      eventId: textOf(eventId) ?? '',
      at: when,
      kind: known,
      container: { id, name, namespace, pod },
      pid,
      vpid: integer(vpid),
      start: nanos(start),
      parent: parentOf(parent),
      ancestors: Array.isArray(ancestors) ? ancestors.filter((one) => typeof one === 'number') : [],
      childVpid: integer(childVpid),
      program: programOf(program),
      ...environmentOf(rest),
    },
  };
}

function programOf(value: unknown): Observation['program'] {
  const [name = '', exe = '', args = ''] = texts(value);
  return { name, exe, args };
}

function environmentOf([environment, environmentUser, ancestorEnvironment, claim]: readonly unknown[]) {
  const [token, user, place] = texts(claim);
  return {
    environment: textOf(environment),
    environmentUser: textOf(environmentUser) ?? '',
    ancestorEnvironment: textOf(ancestorEnvironment),
    claim: token === undefined ? undefined : { token, user: user ?? '', place: place === 'sh' ? ('sh' as const) : ('env' as const) },
  };
}

function parentOf(value: unknown): SeenParent | undefined {
  if (!Array.isArray(value)) return undefined;
  const pid = integer(value[0]);
  return pid === undefined ? undefined : { pid, vpid: integer(value[1]), start: nanos(value[2]) };
}

function printNanos(value: bigint | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function nanos(value: unknown): bigint | undefined {
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined;
}

function integer(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: unknown): readonly (string | undefined)[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}
