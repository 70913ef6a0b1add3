import type { ResponseTarget } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import type { PlannedStep } from '../operation.ts';

/** Why somebody is kept out, and until when. */
export interface QuarantineWords {
  readonly reason: string;
  readonly author: string;
  readonly until?: Millis;
}

/** Keeps a user, group or credential out of containers; sessions that are open stay so. */
export function planQuarantine(target: ResponseTarget, words: QuarantineWords): readonly PlannedStep[] {
  const { user, group, credentialId, namespace, cluster } = target;
  const entry = {
    ...(user === undefined ? {} : { users: [user] }),
    ...(group === undefined ? {} : { groups: [group] }),
    ...(credentialId === undefined ? {} : { credentialIds: [credentialId] }),
    ...(namespace === undefined ? {} : { namespaces: [namespace] }),
    ...(cluster === undefined ? {} : { clusters: [cluster] }),
    ...words,
  };
  return [{ what: `keep ${whoIs(target)} out of containers of ${whereIs(target)}`, operation: { kind: 'block', entry } }];
}

function whoIs({ user, group, credentialId }: ResponseTarget): string {
  return [
    ...(user === undefined ? [] : [`user ${user}`]),
    ...(group === undefined ? [] : [`group ${group}`]),
    ...(credentialId === undefined ? [] : [`credential ${credentialId}`]),
  ].join(', ');
}

function whereIs({ namespace, cluster }: ResponseTarget): string {
  return `${namespace === undefined ? 'all namespaces' : `namespace ${namespace}`} of ${cluster === undefined ? 'all clusters' : `cluster ${cluster}`}`;
}
