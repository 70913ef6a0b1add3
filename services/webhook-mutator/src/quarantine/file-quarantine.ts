import type { Identity } from '@whoran/contracts';
import type { Clock } from '@whoran/kernel';
import { matchesGlob } from '../policy/glob.ts';
import type { SettingsFile } from '../settings-file/settings-file.ts';
import { type Blocked, Quarantine } from './quarantine.ts';
import type { QuarantineEntry } from './read-quarantine.ts';

/** The quarantine list of a file. Entries whose time is over block nobody. */
export class FileQuarantine extends Quarantine {
  constructor(
    private readonly file: SettingsFile<readonly QuarantineEntry[]>,
    private readonly clock: Clock,
  ) {
    super();
  }

  override blocked(identity: Identity, namespace: string): Blocked | undefined {
    const now = this.clock.now();
    for (const entry of this.file.current()) {
      if (entry.until !== undefined && entry.until <= now) continue;
      if (entry.namespaces && !entry.namespaces.some((glob) => matchesGlob(glob, namespace))) continue;
      const who = namedBy(entry, identity);
      if (who !== undefined) return { who, reason: entry.reason, ...(entry.until === undefined ? {} : { until: entry.until }) };
    }
    return undefined;
  }
}

function namedBy({ users, groups, credentialIds }: QuarantineEntry, identity: Identity): string | undefined {
  if (users.has(identity.username)) return `user ${identity.username}`;
  const group = identity.groups.find((name) => groups.has(name));
  if (group !== undefined) return `group ${group}`;
  return identity.credentialId !== undefined && credentialIds.has(identity.credentialId)
    ? `credential ${identity.credentialId}`
    : undefined;
}
