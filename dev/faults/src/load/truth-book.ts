/** Where a simulated session stands in truth. */
export interface TrueSession {
  /** The ids that are right for it: the one of the webhook and the one of the audit log. */
  readonly ids: readonly string[];
  readonly user: string;
  /** Events of it were lost by their sender, which does not retry: what follows may stay without a name, and is never wrong. */
  gap: boolean;
}

/** What is true of one Falco event, and whether its sender was told that it is safe. */
export interface TrueEvent {
  readonly session: TrueSession | undefined;
  readonly kind: EventKind;
  sent: boolean;
}

/** A program start, a fork, or something that alerts. */
export type EventKind = 'start' | 'fork' | 'alert';

/** The truth about every event of one load, by its number. Numbers go on from load to load, so that none is met twice. */
export class TruthBook {
  readonly events: TrueEvent[] = [];
  readonly sessions: TrueSession[] = [];

  constructor(readonly first: number) {}

  /** The number after the last. */
  get next(): number {
    return this.first + this.events.length;
  }

  /** Adds an event and says its number. */
  add(kind: EventKind, session: TrueSession | undefined): number {
    this.events.push({ session, kind, sent: false });
    return this.next - 1;
  }

  /** Begins a session. */
  open(ids: readonly string[], user: string): TrueSession {
    const session = { ids, user, gap: false };
    this.sessions.push(session);
    return session;
  }

  /** The event of a number, if it is one of this load. */
  at(number: number): TrueEvent | undefined {
    return this.events[number - this.first];
  }

  /** The sender was told that these are safe. */
  confirm(numbers: readonly number[]): void {
    for (const number of numbers) this.mark(number, (event) => (event.sent = true));
  }

  /** The sender gave these up. */
  lose(numbers: readonly number[]): void {
    for (const number of numbers) {
      this.mark(number, ({ session }) => {
        if (session) session.gap = true;
      });
    }
  }

  private mark(number: number, change: (event: TrueEvent) => void): void {
    const event = this.at(number);
    if (event) change(event);
  }
}
