import type { Bus } from '@whoran/bus';
import { type Attribution, topics } from '@whoran/contracts';
import type { Recording } from './recording.ts';
import type { Input } from './schedule.ts';
import type { Answer } from './score.ts';

/** Writes down what came out for each line of `falco.jsonl`: the last revision of its event. */
export class AnswerBook {
  private current = '';
  private readonly idOfBody = new Map<string, string>();
  private readonly arrived = new Set<number>();
  private readonly last = new Map<string, { readonly revision: number; readonly attribution: Attribution }>();

  /** Listens to the bus from now on. */
  async open(bus: Bus): Promise<void> {
    await bus.subscribe({
      group: 'answer-book-events',
      topic: topics.falcoEvents,
      // Inputs are delivered one by one, so what the ingester publishes now is the current line. Equal lines are one event.
      handle: async (events) => events.forEach(({ whoran }) => void this.idOfBody.set(this.current, whoran.id)),
    });
    await bus.subscribe({
      group: 'answer-book-answers',
      topic: topics.attributedEvents,
      handle: async (events) => events.forEach(({ whoran: { id, revision, attribution } }) => this.keep(id, revision, attribution)),
    });
  }

  /** Says which input is delivered next. */
  begin(input: Input): void {
    if (input.kind !== 'falco') return;
    this.current = input.event.body;
    this.arrived.add(input.event.index);
  }

  /** The answers for every line that was delivered, in the order of the recording. */
  answers({ falcoEvents, truth }: Recording): readonly Answer[] {
    return falcoEvents.flatMap((event) => {
      const right = truth[event.index];
      if (!right || !this.arrived.has(event.index)) return [];
      return [{ event, truth: right, attribution: this.last.get(this.idOfBody.get(event.body) ?? '')?.attribution }];
    });
  }

  private keep(id: string, revision: number, attribution: Attribution): void {
    const before = this.last.get(id);
    if (!before || before.revision <= revision) this.last.set(id, { revision, attribution });
  }
}
