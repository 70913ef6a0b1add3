import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { Bus, Subscribed, Verdict } from '@whoran/bus';
import { type Topic, topics } from '@whoran/contracts';
import { InvariantBroken } from '@whoran/kernel';
import { isObservable, lastValueFrom } from 'rxjs';

/** Connects the handlers of a service's consumers with the bus; batches, waiting and dead letters are the bus's. */
export class BusServer extends Server implements CustomTransportStrategy {
  private subscribed: Subscribed[] = [];

  constructor(
    private readonly bus: Bus,
    private readonly group: string,
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
    for (const [pattern, handler] of this.messageHandlers) {
      const topic = (Object.values(topics) as readonly Topic<never>[]).find(({ name }) => name === pattern);
      if (!topic) throw new InvariantBroken(`a consumer of ${this.group} handles ${pattern}, which is no topic`);
      if (handler.next) throw new InvariantBroken(`two handlers of ${this.group} take ${pattern}: one topic has one handler in a service`);
      const handle = async (messages: readonly never[]) => {
        const answer: unknown = await handler(messages, undefined);
        return (isObservable(answer) ? await lastValueFrom(answer, { defaultValue: undefined }) : answer) as readonly Verdict[] | undefined;
      };
      this.subscribed.push(await this.bus.subscribe({ group: this.group, topic, handle }));
    }
  }
}
