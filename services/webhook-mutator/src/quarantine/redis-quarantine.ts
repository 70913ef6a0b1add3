import type { Identity } from '@whoran/contracts';
import { type Cancel, type Clock, type Logger, type Millis, messageOf, printIssue } from '@whoran/kernel';
import type { QuarantineContent, QuarantineList, QuarantineMark, QuarantineRecord } from '@whoran/quarantine';
import { blockedBy } from './blocked-by.ts';
import { type Blocked, Quarantine } from './quarantine.ts';
import type { QuarantineEntry } from './read-quarantine.ts';

/** Milliseconds between looks at the list. Changes are told at once; this is for those that were not heard. */
const INTERVAL = 2_000;

/** What is told of the list in use. */
export interface QuarantineState {
  readonly entries: number;
  readonly malformed: number;
  /** How long ago it was last known to be up to date, milliseconds. */
  readonly age: Millis;
}

/** What the list in Redis is followed with. */
export interface RedisQuarantineHost {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Entries of other clusters are passed over. */
  readonly cluster: string;
  readonly onState?: (state: QuarantineState) => void;
}

/**
 * The quarantine list in Redis, held in memory. While Redis is away, what was known last holds; and what Redis lost is put
 * back: nobody gets out of quarantine by a restart.
 */
export class RedisQuarantine extends Quarantine {
  private content: QuarantineContent = { records: [], malformed: new Map() };
  private entries: readonly QuarantineEntry[] = [];
  private seen: QuarantineMark | undefined;
  private confirmed: Millis;
  private isStale = false;
  private looking: Promise<void> | undefined;
  private again = false;
  private closed = false;
  private cancel: Cancel = () => {};
  private readonly subscription: { close(): void };

  constructor(
    private readonly list: QuarantineList,
    private readonly host: RedisQuarantineHost,
  ) {
    super();
    this.confirmed = host.clock.now();
    const look = () => void this.look();
    this.subscription = list.listen({ onMessage: look, onSubscribed: look });
    this.scheduleLook();
  }

  override blocked(identity: Identity, namespace: string): Blocked | undefined {
    return blockedBy(this.entries, { identity, namespace, now: this.host.clock.now() });
  }

  /** Looks at the list now, or once more after the look under way. Resolves when that is done, and never rejects. */
  look(): Promise<void> {
    this.again = true;
    this.looking ??= this.lookWhileAsked().finally(() => (this.looking = undefined));
    return this.looking;
  }

  close(): void {
    this.closed = true;
    this.cancel();
    this.subscription.close();
  }

  private isClosed(): boolean {
    return this.closed;
  }

  private scheduleLook(): void {
    this.cancel = this.host.clock.schedule(INTERVAL, () => {
      void this.look();
      if (!this.isClosed()) this.scheduleLook();
    });
  }

  private async lookWhileAsked(): Promise<void> {
    while (this.again && !this.isClosed()) {
      this.again = false;
      try {
        await this.lookOnce();
        this.confirmed = this.host.clock.now();
        if (this.isStale) this.host.logger.info('quarantine.followed-again', { entries: this.entries.length });
        this.isStale = false;
      } catch (error) {
        if (!this.isStale && !this.isClosed()) {
          this.host.logger.error('quarantine.not-followed', { error: messageOf(error), entries: this.entries.length });
        }
        this.isStale = true;
      }
      const age = this.host.clock.now() - this.confirmed;
      this.host.onState?.({ entries: this.entries.length, malformed: this.content.malformed.size, age });
    }
  }

  private async lookOnce(): Promise<void> {
    const reading = await this.list.read(this.seen);
    if (reading.kind === 'unchanged') return;
    if (reading.kind === 'changed') {
      this.use(reading);
      this.seen = reading.mark;
      return;
    }
    const records = union(this.content.records, reading.records);
    this.use({ records, malformed: reading.malformed });
    const now = this.host.clock.now();
    const current = records.filter(({ until }) => until === undefined || until > now);
    this.seen = current.length === 0 ? undefined : await this.list.restore(current, this.seen);
    if (records.length > reading.records.length) {
      this.host.logger.error('quarantine.restored', { found: reading.records.length, entries: records.length });
    }
    this.again = this.seen !== undefined;
  }

  private use(content: QuarantineContent): void {
    for (const [id, issues] of content.malformed) {
      if (!this.content.malformed.has(id)) this.host.logger.error('quarantine.malformed-entry', { id, issues: issues.map(printIssue) });
    }
    this.content = content;
    this.entries = content.records
      .filter(({ clusters }) => clusters?.includes(this.host.cluster) ?? true)
      .map(({ users, groups, credentialIds, namespaces, reason, until }) => ({
        users: new Set(users),
        groups: new Set(groups),
        credentialIds: new Set(credentialIds),
        ...(namespaces ? { namespaces } : {}),
        reason,
        ...(until === undefined ? {} : { until }),
      }));
  }
}

function union(known: readonly QuarantineRecord[], found: readonly QuarantineRecord[]): readonly QuarantineRecord[] {
  return [...new Map([...known, ...found].map((record) => [record.id, record])).values()];
}
