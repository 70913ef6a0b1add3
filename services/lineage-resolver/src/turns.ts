import { isRetriable } from '@whoran/kernel';

/**
 * Work that is done one after the other, because what one decides the next must know. What a turn ships goes on after it: the
 * next turn begins when all has left.
 */
export class Turns {
  private last: Promise<void> = Promise.resolve();
  /** What left in this turn. */
  private shipments: Promise<void>[] = [];
  /** What has left and not arrived. */
  private readonly underWay = new Set<Promise<void>>();

  /** Resolves when what the work shipped has arrived, and what had left before it too, which may have been of the same batch. */
  take(work: () => Promise<void>): Promise<void> {
    const mine = this.last.then(async () => {
      const earlier = [...this.underWay];
      const own: Promise<void>[] = (this.shipments = []);
      await work();
      return { own, earlier };
    });
    this.last = mine.then(nothing, nothing);
    return mine.then(async ({ own, earlier }) => {
      await Promise.all(own);
      await Promise.all(earlier.map((shipment) => shipment.catch(onlyRetriable)));
    });
  }

  /** Within a turn: the next one does not wait for this, whoever had this turn does. */
  ship(shipment: Promise<void>): void {
    this.shipments.push(shipment);
    this.underWay.add(shipment);
    const ended = () => void this.underWay.delete(shipment);
    shipment.then(ended, ended);
  }

  /** Resolves when there is no turn and nothing under way. */
  async idle(): Promise<void> {
    for (let seen: Promise<void> | undefined; seen !== this.last; await Promise.allSettled([seen, ...this.underWay])) seen = this.last;
  }
}

/** What can never be published is the trouble of those who brought it. */
function onlyRetriable(error: unknown): void {
  if (isRetriable(error)) throw error;
}

function nothing(): void {}
