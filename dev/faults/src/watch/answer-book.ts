import type { Evidence } from '@whoran/contracts';

/** One message of attributed-events, as far as it is compared with the truth. */
export interface Delivery {
  /** The number that the generator gave the event. */
  readonly number: number;
  readonly id: string;
  readonly revision: number;
  readonly evidence: Evidence;
  /** The session and user that it names, if it names one. */
  readonly session: string | undefined;
  readonly user: string | undefined;
}

/** The final answer about one event, for a consumer that upserts by id: the highest revision, and of equal ones the last. */
export interface FinalAnswer extends Delivery {
  /** How many other ids the same event came under. */
  readonly otherIds: number;
  /** Whether its highest revision came with another answer too. */
  readonly rival: boolean;
}

/** Keeps the final answer of every event. */
export class AnswerBook {
  private readonly answers = new Map<number, FinalAnswer>();
  private readonly others = new Map<number, Set<string>>();

  /** Takes a delivery, and says whether it is the first about its event. */
  take(delivery: Delivery): boolean {
    const before = this.answers.get(delivery.number);
    if (!before) {
      this.answers.set(delivery.number, { ...delivery, otherIds: 0, rival: false });
      return true;
    }
    if (before.id !== delivery.id) this.answers.set(delivery.number, { ...before, otherIds: this.other(delivery) });
    else if (delivery.revision > before.revision)
      this.answers.set(delivery.number, { ...delivery, otherIds: before.otherIds, rival: false });
    else if (delivery.revision === before.revision) this.same(before, delivery);
    return false;
  }

  get size(): number {
    return this.answers.size;
  }

  list(): readonly FinalAnswer[] {
    return [...this.answers.values()];
  }

  private same(before: FinalAnswer, delivery: Delivery): void {
    const differs = before.session !== delivery.session || before.evidence !== delivery.evidence || before.user !== delivery.user;
    if (differs) this.answers.set(delivery.number, { ...delivery, otherIds: before.otherIds, rival: true });
  }

  private other({ number, id }: Delivery): number {
    const ids = this.others.get(number) ?? new Set();
    this.others.set(number, ids.add(id));
    return ids.size;
  }
}
