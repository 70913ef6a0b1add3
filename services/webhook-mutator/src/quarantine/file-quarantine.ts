import type { Identity } from '@whoran/contracts';
import type { Clock } from '@whoran/kernel';
import type { SettingsFile } from '../settings-file/settings-file.ts';
import { blockedBy } from './blocked-by.ts';
import { type Blocked, Quarantine } from './quarantine.ts';
import type { QuarantineEntry } from './read-quarantine.ts';

/** The quarantine list of a file. */
export class FileQuarantine extends Quarantine {
  constructor(
    private readonly file: SettingsFile<readonly QuarantineEntry[]>,
    private readonly clock: Clock,
  ) {
    super();
  }

  override blocked(identity: Identity, namespace: string): Blocked | undefined {
    return blockedBy(this.file.current(), { identity, namespace, now: this.clock.now() });
  }
}
