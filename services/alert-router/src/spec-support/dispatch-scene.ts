import { InProcessBus } from '@whoran/bus';
import { type Alert, type Delivery, type Notification, topics } from '@whoran/contracts';
import { SilentLogger, VirtualClock } from '@whoran/kernel';
import { outputKinds } from '@whoran/outputs';
import { type Silence, indexSilences, readRoutesFile } from '@whoran/routing';
import { Metrics } from '@whoran/service-kit';
import { DispatchMetrics } from '../dispatch/dispatch-metrics.ts';
import type { DispatchRouting } from '../dispatch/dispatch-routing.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import { Flusher } from '../dispatch/flusher.ts';
import type { DispatchStore } from '../dispatch/state/dispatch-store.ts';
import { MemoryDispatchStore } from '../dispatch/state/memory-dispatch-store.ts';
import { Teller } from '../dispatch/teller.ts';

/** The part of a router that dispatches, with everything that it told. Several can share a store and a bus. */
export class DispatchScene {
  readonly told: Notification[] = [];
  readonly records: Delivery[] = [];
  silences: readonly Silence[] = [];
  routing: DispatchRouting;

  private constructor(
    routes: string,
    readonly clock: VirtualClock,
    readonly store: DispatchStore,
    readonly bus: InProcessBus,
  ) {
    this.routing = routingOf(routes);
  }

  static async open(routes: string, limits: { readonly groups?: number } = {}): Promise<DispatchScene> {
    const clock = new VirtualClock(Date.parse('2026-01-05T10:00:00Z'));
    const scene = new DispatchScene(routes, clock, new MemoryDispatchStore({ groups: 1000, ...limits }), new InProcessBus(clock));
    const { bus, told, records } = scene;
    await bus.subscribe({ group: 'n', topic: topics.notifications, handle: async (batch) => void told.push(...batch) });
    await bus.subscribe({ group: 'r', topic: topics.deliveries, handle: async (batch) => void records.push(...batch) });
    return scene;
  }

  /** A router beside the others. It looks for what is due only when `flush` is called on its flusher. */
  router(): { readonly dispatcher: Dispatcher; readonly flusher: Flusher } {
    const { bus, clock, store } = this;
    const metrics = new DispatchMetrics(new Metrics('router'));
    const teller = new Teller({ bus, clock, store, metrics, receivers: () => this.routing.receivers });
    const silences = { index: async () => indexSilences(this.silences) };
    const host = { clock, store, silences, teller, routing: () => this.routing };
    return { dispatcher: new Dispatcher(host), flusher: new Flusher({ ...host, logger: new SilentLogger() }) };
  }

  use(routes: string): void {
    this.routing = routingOf(routes);
  }

  /** Raises alerts now, which a router takes; resolves when what is told at once is told. */
  async raise(dispatcher: Dispatcher, ...alerts: readonly Alert[]): Promise<void> {
    const raisedAt = new Date(this.clock.now()).toISOString();
    await dispatcher.dispatch(alerts.map((alert) => ({ ...alert, whoran: { ...alert.whoran, raisedAt } })));
    await this.bus.idle();
  }

  /** Lets time pass, milliseconds, in steps of a second of timers and what they lead to. */
  async pass(time: number): Promise<void> {
    const end = this.clock.now() + time;
    while (this.clock.now() < end) {
      this.clock.advanceTo(Math.min(end, this.clock.now() + 1_000));
      await new Promise((resolve) => setImmediate(resolve));
      await this.bus.idle();
    }
  }

  /** What was told since the last call: why, to whom, how many, and which. */
  spoken(): readonly string[] {
    return this.told.splice(0).map(({ reason, receiver, total, alerts }) => {
      const ids = alerts.map(({ whoran }) => whoran.id).join(' ');
      return `${reason} ${receiver} ${total}: ${ids}`;
    });
  }
}

/** A routing whose receivers are not opened. Throws with the issues of the file. */
export function routingOf(routes: string): DispatchRouting {
  const file = readRoutesFile(routes, outputKinds);
  if (!file.ok) throw new Error(JSON.stringify(file.error));
  const { routing, issues } = file.value;
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  return { ...routing, receivers: routing.receivers.map((receiver) => ({ ...receiver, output: { kind: receiver.kind } })) };
}
