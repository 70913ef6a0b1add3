import type { Bus } from '@whoran/bus';
import { type Response, topics } from '@whoran/contracts';
import { type Clock, type Logger, isRetriable, messageOf } from '@whoran/kernel';
import {
  type ResponseRecord,
  type ResponseSettings,
  type StepOutcome,
  begin,
  beginUndo,
  conclude,
  concludeUndo,
  fail,
  lapse,
  stepsToTake,
  toldOf,
  tookStep,
} from '@whoran/response';
import type { BlockList } from './block-list.ts';
import { type Hands, carryOut, takeBack } from './carry-out.ts';
import type { Clusters } from './cluster/clusters.ts';
import { makePlan } from './make-plan.ts';
import type { ResponseMetrics } from './response-metrics.ts';

/** What responses are carried out with. */
export interface AdvanceOptions {
  readonly settings: ResponseSettings;
  readonly bus: Bus;
  readonly blocks: BlockList;
  readonly clusters: Clusters;
  readonly metrics: ResponseMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps what became of a response; rejects when somebody else has taken it over. */
export type Keep = (record: ResponseRecord) => Promise<void>;

/** Carries responses on from state to state. Everything may be done again: what was done already is then found so. */
export class AdvanceResponse {
  constructor(private readonly options: AdvanceOptions) {}

  /** Takes a response as far as it goes now. Rejects when something is away, or when `keep` does. */
  async advance(record: ResponseRecord, keep: Keep): Promise<ResponseRecord> {
    let now = await this.tell(record, keep);
    for (let next = await this.step(now, keep); next !== now; next = await this.step(now, keep)) {
      await keep(next);
      now = await this.tell(next, keep);
    }
    return now;
  }

  /** A dry run that nobody keeps. */
  async preview(record: ResponseRecord): Promise<ResponseRecord> {
    const keep = async () => {};
    const running = await this.step(record, keep);
    return running.response.state === 'running' ? this.step(running, keep) : running;
  }

  private async step(record: ResponseRecord, keep: Keep): Promise<ResponseRecord> {
    const { clock } = this.options;
    const now = clock.now();
    const isOver = record.response.expiresAt !== undefined && Date.parse(record.response.expiresAt) <= now;
    switch (record.response.state) {
      case 'approved':
        return this.plan(record);
      case 'running':
        return conclude(await this.takeSteps(record, carryOut, keep), clock.now());
      case 'undoing':
        return concludeUndo(await this.takeSteps(record, takeBack, keep), clock.now());
      case 'proposed':
        return isOver ? lapse(record, now) : record;
      case 'done':
      case 'failed': {
        if (!isOver || record.ending !== undefined) return record;
        const undoing = beginUndo(record, 'expiry', { ending: 'expiry', now });
        return undoing.ok ? undoing.value : record;
      }
      case 'rejected':
      case 'expired':
      case 'undone':
        return record;
    }
  }

  private async plan(record: ResponseRecord): Promise<ResponseRecord> {
    const { settings, clusters, clock } = this.options;
    try {
      const plan = await makePlan(record, { settings, cluster: () => clusters.of(record.response.target.cluster), now: clock.now() });
      return plan.ok ? begin(record, plan.value, clock.now()) : fail(record, plan.error, clock.now());
    } catch (error) {
      if (!this.isTooLate(record)) throw error;
      return fail(record, `given up: ${messageOf(error)}`, clock.now());
    }
  }

  private async takeSteps(record: ResponseRecord, take: typeof carryOut, keep: Keep): Promise<ResponseRecord> {
    const { blocks, clusters, metrics } = this.options;
    const { id, action, dryRun, target } = record.response;
    const hands: Hands = { id, blocks, dryRun, cluster: () => clusters.of(target.cluster) };
    let next = record;
    for (const { index, operation } of stepsToTake(record)) {
      const outcome = await this.attempt(next, () => take(operation, hands));
      metrics.steps.inc({ action, outcome: outcome.state });
      // What a dry run would do stays planned.
      next = dryRun && outcome.state === 'done' ? next : tookStep(next, index, outcome);
      if (!dryRun) await keep(next);
    }
    return next;
  }

  /** Errors that may pass are thrown until it is too late; all others are how the step ended. */
  private async attempt(record: ResponseRecord, take: () => Promise<StepOutcome>): Promise<StepOutcome> {
    try {
      return await take();
    } catch (error) {
      if (isRetriable(error) && !this.isTooLate(record)) throw error;
      const { id, state } = record.response;
      if (!isRetriable(error)) this.options.logger.error('response.step-broke', { id, state, error: messageOf(error) });
      return { state: 'failed', error: messageOf(error) };
    }
  }

  private isTooLate({ tryUntil = 0 }: ResponseRecord): boolean {
    return this.options.clock.now() >= tryUntil;
  }

  /** Everybody hears of each change: webhooks keep users out by it, and forensics keeps the record. */
  private async tell(record: ResponseRecord, keep: Keep): Promise<ResponseRecord> {
    const { bus, metrics, logger } = this.options;
    const { response } = record;
    if (record.told >= response.revision) return record;
    await bus.publish(topics.responses, [response]);
    metrics.changed(response);
    logger.info('response.changed', loggedOf(response));
    const told = toldOf(record, response.revision);
    await keep(told);
    return told;
  }
}

/** Without names of users, which are personal. */
function loggedOf({ id, action, state, dryRun, revision, target, error }: Response) {
  return { id, action, state, dryRun, revision, cluster: target.cluster ?? 'all', ...(error === undefined ? {} : { error }) };
}
