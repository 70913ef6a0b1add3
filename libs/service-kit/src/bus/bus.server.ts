import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { BatchHandler, Bus, Subscribed, Verdict } from '@whoran/bus';
import { type Topic, topics } from '@whoran/contracts';
import { InvariantBroken } from '@whoran/kernel';
import { isObservable, lastValueFrom } from 'rxjs';
import type { OnOptions } from './consumer.ts';
import { REPLAYS_TOGETHER, type ReplayHandler, type TopicHandler, letterBehind, retakeReplays } from './retake-replays.ts';

/**
 * Connects the handlers of a service's consumers with the bus, and the same handlers with the replays of what they failed at;
 * batches, waiting and dead letters are the bus's.
 */
export class BusServer extends Server implements CustomTransportStrategy {
  private subscribed: Subscribed[] = [];

  constructor(
    private readonly bus: Bus,
    private readonly group: string,
    private readonly replays?: ReplayHandler,
  ) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    this.subscribeAll().then(() => callback(), callback);
  }

  async close(): Promise<void> {
    const open = this.subscribed;
    this.subscribed = [];
    await Promise.all(open.map((subscription) => subscription.close()));
  }

  on(): void {}

  unwrap<T>(): T {
    return this.bus as T;
  }

  private async subscribeAll(): Promise<void> {
    const { bus, group, replays: own } = this;
    const handlers = this.topicHandlers();
    for (const handler of handlers) this.subscribed.push(await bus.subscribe({ group, ...handler }));
    if (handlers.length === 0 && !own) return;
    const handle = retakeReplays({ stage: group, handlers, own });
    this.subscribed.push(await bus.subscribe({ group, topic: topics.replays, handle, batchSize: REPLAYS_TOGETHER, about: letterBehind }));
  }

  private topicHandlers(): readonly (TopicHandler<never> & Required<OnOptions>)[] {
    return [...this.messageHandlers].map(([pattern, handler]) => {
      const topic = (Object.values(topics) as readonly Topic<never>[]).find(({ name }) => name === pattern);
      if (!topic) throw new InvariantBroken(`a consumer of ${this.group} handles ${pattern}, which is no topic`);
      if (handler.next) throw new InvariantBroken(`two handlers of ${this.group} take ${pattern}: one topic has one handler in a service`);
      const handle: BatchHandler<never> = async (messages) => {
        const answer: unknown = await handler(messages, undefined);
        return (isObservable(answer) ? await lastValueFrom(answer, { defaultValue: undefined }) : answer) as readonly Verdict[] | undefined;
      };
      const { audience = 'group' } = (handler.extras ?? {}) as OnOptions;
      return { topic, handle, audience };
    });
  }
}
