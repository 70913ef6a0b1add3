import type { ImageStrategy, InjectionStrategy } from '@whoran/contracts';
import { type Clock, type Millis, millisOfNanos, parseInstant } from '@whoran/kernel';

const CAPACITY = 10_000;

interface Learned {
  readonly strategy: InjectionStrategy;
  readonly until: Millis;
}

/** What the resolver learned about images, until it expires. At most 10,000 images; the oldest are forgotten. */
export class LearnedStrategies {
  private readonly images = new Map<string, Learned>();

  constructor(
    private readonly cluster: string,
    private readonly clock: Clock,
  ) {}

  /** Takes one lesson; those of other clusters, and those without a readable end, teach nothing. True if it was taken. */
  learn({ cluster, imageId, strategy, expiresAt }: ImageStrategy): boolean {
    const end = parseInstant(expiresAt);
    if (cluster !== this.cluster || end === undefined) return false;
    this.images.delete(imageId);
    this.images.set(imageId, { strategy, until: millisOfNanos(end) });
    for (const oldest of this.images.keys()) {
      if (this.images.size <= CAPACITY) break;
      this.images.delete(oldest);
    }
    return true;
  }

  /** The strategy for an image, if one was learned and holds. */
  of(imageId: string): InjectionStrategy | undefined {
    const learned = this.images.get(imageId);
    if (!learned || learned.until > this.clock.now()) return learned?.strategy;
    this.images.delete(imageId);
    return undefined;
  }
}
