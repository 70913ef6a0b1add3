import { type BatchContext, type BatchHandler, type LetterAbout, type Verdict, deadLetter, drop, handled } from '@whoran/bus';
import { type Replay, type Topic, decode } from '@whoran/contracts';
import { DependencyUnavailable, printIssue } from '@whoran/kernel';

/** Replays that are settled together: so many are handled twice at most when the process is killed. */
export const REPLAYS_TOGETHER = 16;

/** Why a replay comes back that no handler saw. */
export type UntakenReason = 'undecodable' | 'no-handler';

/**
 * Tries again what is no message of a handled topic: a body that an ingester refused, an alert that a receiver did not
 * get. A service names its own in `ServiceDefinition.replays`; it is asked before the handlers of topics are.
 */
export interface ReplayHandler {
  /** Whether this replay is its own, by the origin. */
  takes(replay: Replay): boolean;
  /**
   * Tries once, and may be called again with the same replay. A retriable error waits as in any handler; a dead-letter
   * verdict, or any other error three times over, makes the same letter come back, under its id and with its origin.
   */
  retake(replay: Replay, context: BatchContext): Promise<Verdict>;
}

/** A handler of a topic. */
export interface TopicHandler<T> {
  readonly topic: Topic<T>;
  readonly handle: BatchHandler<T>;
}

/** What a service tries replays again with. */
export interface RetakeOptions {
  /** The name of the service: replays of other stages are not for it. */
  readonly stage: string;
  readonly handlers: readonly TopicHandler<never>[];
  readonly own?: ReplayHandler | undefined;
}

/** The handler of the topic `replays`: gives each replay of this stage, alone, to the handler that once failed at it. */
export function retakeReplays(options: RetakeOptions): BatchHandler<Replay> {
  return async (replays, context) => {
    const verdicts: Verdict[] = [];
    for (const replay of replays) {
      // A batch of deliveries to a slow receiver takes long; what is not done yet comes again.
      if (context.stopping.aborted) throw new DependencyUnavailable('the service stops');
      verdicts.push(await retake(replay, options, context));
    }
    return verdicts;
  };
}

/** A replay that fails is the letter that it was made from, not another one about the replay. */
export function letterBehind({ letter, origin, payload, attempt }: Replay): LetterAbout {
  return { id: letter, origin, payload, truncated: false, replay: attempt };
}

async function retake(replay: Replay, { stage, handlers, own }: RetakeOptions, context: BatchContext): Promise<Verdict> {
  if (replay.stage !== stage) return drop('other-stage');
  if (own?.takes(replay)) return own.retake(replay, context);
  const taker = handlers.find(({ topic }) => topic.name === replay.origin.topic);
  if (!taker) return untaken('no-handler', `${stage} handles nothing from ${replay.origin.topic ?? 'there'} in this version`);
  // What could not be read once may be read now, by a later version of its schema.
  const message = decode(taker.topic, replay.payload);
  if (!message.ok) return untaken('undecodable', message.error.map(printIssue).join('; '));
  const verdicts = await taker.handle([message.value], context);
  return verdicts?.[0] ?? handled;
}

function untaken(reason: UntakenReason, error: string): Verdict {
  return deadLetter(reason, error);
}
