import { Bus, type BusHealth, type Subscribed } from '@whoran/bus';
import type { Topic } from '@whoran/contracts';
import { AppError, DependencyUnavailable } from '@whoran/kernel';

/** An error after which sending again is of no use. */
export class Refused extends AppError {
  readonly code = 'WHORAN_MESSAGE_TOO_LARGE';
  readonly retriable = false;
}

/** A bus that takes events, refuses them or takes them and says nothing, as a spec wants. */
export class MoodyBus extends Bus {
  mood: 'well' | 'away' | 'silent' = 'well';
  readonly taken: { readonly topic: string; readonly event: unknown }[] = [];
  /** Events that it will never take. */
  refuses: (event: unknown) => boolean = () => false;
  private readonly silenced: (() => void)[] = [];

  override async publish<T>(topic: Topic<T>, events: readonly T[]): Promise<void> {
    if (this.mood === 'silent') await new Promise<void>((resolve) => this.silenced.push(resolve));
    if (this.mood === 'away') throw new DependencyUnavailable('away');
    if (events.some((event) => this.refuses(event))) throw new Refused('too large');
    this.taken.push(...events.map((event) => ({ topic: topic.name, event })));
    await Promise.resolve();
  }

  /** From now on well again: what waits is answered, in order. */
  recover(): void {
    this.mood = 'well';
    for (const resolve of this.silenced.splice(0)) resolve();
  }

  override subscribe(): Promise<Subscribed> {
    return Promise.reject(new Error('nobody reads here'));
  }

  override health(): BusHealth {
    return { dead: undefined, away: this.mood === 'well' ? undefined : this.mood };
  }

  override async close(): Promise<void> {}
}
