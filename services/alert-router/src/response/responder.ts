import { type Response } from '@whoran/contracts';
import {
  AppError,
  type Clock,
  DependencyUnavailable,
  type Issue,
  type Logger,
  type Millis,
  type Result,
  err,
  messageOf,
  ok,
} from '@whoran/kernel';
import {
  type NewResponse,
  type ResponseRecord,
  type ResponseSettings,
  admitResponse,
  approve,
  beginUndo,
  dueAt,
  propose,
  reject,
  waits,
} from '@whoran/response';
import type { AdvanceResponse } from './advance-response.ts';
import type { RateCap } from './rate-cap.ts';
import type { Kept, ResponseStore } from './store/response-store.ts';

/** A response that was asked for: new, or one that is there already and is about the same. */
export interface Submitted {
  readonly response: Response;
  readonly isNew: boolean;
}

/** Who says something about a response. */
export interface Speaker {
  readonly name: string;
  /** Whether their token says so, and not only they. */
  readonly isKnown: boolean;
}

/** Why something is not done: what was asked is wrong, there is no such response, or it is not the time for it. */
export interface Refusal {
  readonly kind: 'invalid' | 'unknown' | 'conflict';
  readonly issues: readonly Issue[];
}

/** What responding rests on. */
export interface ResponderOptions {
  readonly settings: ResponseSettings;
  readonly store: ResponseStore;
  readonly advance: AdvanceResponse;
  readonly automatic: RateCap;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A router that took a response has so long to do something with it before another one may, milliseconds. */
const LEASE = 60_000;
/** Between looks at what is due, milliseconds. */
const INTERVAL = 1000;
const AT_ONCE = 20;
/** Between attempts at what may pass, milliseconds. */
const RETRY = 5000;

/** Takes what people and routes ask for, and sees that it is done, recorded, told, and ended when its time is over. */
export class Responder {
  private cancel = () => {};
  private looking: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly options: ResponderOptions) {}

  /** Begins to look for what is due. */
  start(): void {
    this.cancel = this.options.clock.schedule(INTERVAL, () => void this.look().finally(() => (this.closed ? undefined : this.start())));
  }

  /** Waits for what is being done. The rest is done by another router, or after the next start. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancel();
    await this.looking;
  }

  /** Why routes may not do something by themselves; nothing if they may. */
  refusesRoutes(action: NewResponse['action']): string | undefined {
    const { actions, automatic } = this.options.settings;
    if (!actions.has(action)) return `"${action}" is off: name it in /actions of the response file`;
    return automatic.actions.has(action) ? undefined : `"${action}" is not for routes: name it in /automatic/actions of the response file`;
  }

  /** Asks for a response, and begins with it. Rejects with DependencyUnavailable when the store is away. */
  async submit(asked: NewResponse): Promise<Result<Submitted, Refusal>> {
    const { settings, store, automatic, clock } = this.options;
    const admitted = admitResponse(asked, settings);
    if (!admitted.ok) return err({ kind: 'invalid', issues: admitted.error });
    const known = await store.find(asked.id);
    if (known) return ok({ response: known.record.response, isNew: false });
    const now = clock.now();
    const held = asked.automatic && !asked.dryRun && !automatic.allows(now) ? TOO_MANY(settings.automatic.perHour) : undefined;
    const record = propose(admitted.value, settings, { now, ...(held === undefined ? {} : { held }) });
    const added = await store.add(record, now + LEASE);
    if (added.kind === 'full') return err(conflict('too many responses are kept: undo some that still hold'));
    if (added.kind !== 'added') return ok({ response: added.kept.record.response, isNew: false });
    if (asked.automatic && !asked.dryRun && held === undefined) automatic.count(now);
    return ok({ response: (await this.goOn(added.kept)).record.response, isNew: true });
  }

  /** What a response would do, asked of the API servers as a dry run and not recorded. Rejects with DependencyUnavailable. */
  async preview(asked: NewResponse): Promise<Result<Response, Refusal>> {
    const { settings, advance, clock } = this.options;
    const admitted = admitResponse({ ...asked, dryRun: true }, settings);
    if (!admitted.ok) return err({ kind: 'invalid', issues: admitted.error });
    return ok((await advance.preview(propose(admitted.value, settings, { now: clock.now() }))).response);
  }

  /** Agrees to what is proposed. With enough agreement it begins. */
  approve(id: string, { name, isKnown }: Speaker): Promise<Result<Response, Refusal>> {
    const { settings, clock } = this.options;
    return this.move(id, (record) => {
      const isShared = settings.approval.actions.has(record.response.action);
      if (isShared && !isKnown) return err('your token has no name in it: only people who are known can approve this');
      return approve(record, name, { people: isShared ? settings.approval.people : 1, now: clock.now() });
    });
  }

  /** Lays aside what is proposed. */
  reject(id: string, { name }: Speaker): Promise<Result<Response, Refusal>> {
    return this.move(id, (record) => reject(record, name, this.options.clock.now()));
  }

  /** Takes back what was done. */
  undo(id: string, { name }: Speaker): Promise<Result<Response, Refusal>> {
    return this.move(id, (record) => beginUndo(record, name, { ending: 'undo', now: this.options.clock.now() }));
  }

  async find(id: string): Promise<Response | undefined> {
    return (await this.options.store.find(id))?.record.response;
  }

  /** The newest first. */
  async list(): Promise<readonly Response[]> {
    return (await this.options.store.list()).map(({ record }) => record.response);
  }

  /** Goes on with what is due. Never rejects. */
  look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const { store, clock, logger } = this.options;
    const now = clock.now();
    try {
      for (const kept of await store.take({ now, lease: now + LEASE, count: AT_ONCE })) {
        if (this.closed) return;
        await this.goOn(kept);
      }
    } catch (error) {
      logger.warn('response.look-failed', { error: messageOf(error) });
    }
  }

  private async move(id: string, change: (record: ResponseRecord) => Result<ResponseRecord, string>): Promise<Result<Response, Refusal>> {
    const { store, clock } = this.options;
    const kept = await store.find(id);
    if (!kept) return err({ kind: 'unknown', issues: [{ code: 'unknown-response', message: `there is no response ${id}` }] });
    const changed = change(kept.record);
    if (!changed.ok) return err(conflict(changed.error));
    const saved = await store.save(changed.value, { version: kept.version, due: clock.now() + LEASE });
    if (!saved) return err(conflict('somebody else changed it at the same time: look at it again'));
    return ok((await this.goOn(saved)).record.response);
  }

  /** Does what can be done now. What fails for reasons that may pass is tried again; what breaks must not break the others. */
  private async goOn(kept: Kept): Promise<Kept> {
    const { advance, store, clock, logger } = this.options;
    let last = kept;
    const save = async (record: ResponseRecord, due: Millis | undefined) => {
      const saved = await store.save(record, { version: last.version, due });
      if (!saved) throw new DependencyUnavailable('another router has taken this response over');
      last = saved;
    };
    try {
      const record = await advance.advance(last.record, (next) => save(next, clock.now() + LEASE));
      await save(record, dueAt(record));
    } catch (error) {
      const { id, state } = last.record.response;
      logger.warn('response.waits', { id, state, error: messageOf(error), expected: error instanceof AppError });
      const saved = await store
        .save(waits(last.record, messageOf(error)), { version: last.version, due: clock.now() + RETRY })
        .catch(() => {
          // The lease ends, and then somebody looks at it again.
        });
      if (saved) last = saved;
    }
    return last;
  }
}

const TOO_MANY = (perHour: number) => `more than ${perHour} automatic responses within an hour: a person must approve this one`;

function conflict(message: string): Refusal {
  return { kind: 'conflict', issues: [{ code: 'conflict', message }] };
}
