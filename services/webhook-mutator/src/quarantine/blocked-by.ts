import type { Identity } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { matchesGlob } from '../policy/glob.ts';
import type { Blocked } from './quarantine.ts';
import type { QuarantineEntry } from './read-quarantine.ts';

/** The first entry that keeps somebody out of a namespace. Entries whose time is over block nobody. */
export function blockedBy(
  entries: Iterable<QuarantineEntry>,
  { identity, namespace, now }: { readonly identity: Identity; readonly namespace: string; readonly now: Millis },
): Blocked | undefined {
  for (const entry of entries) {
    if (entry.until !== undefined && entry.until <= now) continue;
    if (entry.namespaces && !entry.namespaces.some((glob) => matchesGlob(glob, namespace))) continue;
    const who = namedBy(entry, identity);
    if (who !== undefined) return { who, reason: entry.reason, ...(entry.until === undefined ? {} : { until: entry.until }) };
  }
  return undefined;
}

function namedBy({ users, groups, credentialIds }: QuarantineEntry, identity: Identity): string | undefined {
  if (users.has(identity.username)) return `user ${identity.username}`;
  const group = identity.groups.find((name) => groups.has(name));
  if (group !== undefined) return `group ${group}`;
  return identity.credentialId !== undefined && credentialIds.has(identity.credentialId)
    ? `credential ${identity.credentialId}`
    : undefined;
}
