import type { DeliveryRecord } from '@whoran/forensics-api';
import type { Nanos } from '@whoran/kernel';
import type { DeliveryRow } from '../store/rows.ts';
import type { Found, PageOf } from '../store/store.ts';

/**
 * A search for deliveries. A `user` with `*` at an end is a pattern; `text` is part of the error, in any case. `sinceNs` is
 * included and `untilNs` is not.
 */
export interface DeliverySearch extends PageOf {
  readonly receiver?: string | undefined;
  readonly outcome?: DeliveryRecord['outcome'] | undefined;
  readonly reason?: DeliveryRecord['reason'] | undefined;
  readonly user?: string | undefined;
  readonly rule?: string | undefined;
  readonly cluster?: string | undefined;
  readonly alert?: string | undefined;
  readonly notification?: string | undefined;
  readonly text?: string | undefined;
  readonly sinceNs?: Nanos | undefined;
  readonly untilNs?: Nanos | undefined;
}

/** Where it is kept what was said to whom, and how it ended. Methods reject as those of Store do. */
export abstract class DeliveryStore {
  /** Idempotent: of a delivery that is told twice, the later end stays. */
  abstract save(rows: readonly DeliveryRow[]): Promise<void>;
  abstract find(search: DeliverySearch): Promise<readonly Found<DeliveryRecord>[]>;
}
