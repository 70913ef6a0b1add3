import type { Output } from '@whoran/outputs';
import type { RateLimit, Routing } from '@whoran/routing';

/** What dispatching needs to know of a receiver. */
export interface DispatchReceiver {
  readonly name: string;
  readonly rateLimit?: RateLimit;
  readonly output: Pick<Output, 'kind'>;
}

/** What dispatching needs of a routing. */
export interface DispatchRouting extends Omit<Routing, 'receivers'> {
  readonly receivers: readonly DispatchReceiver[];
}
