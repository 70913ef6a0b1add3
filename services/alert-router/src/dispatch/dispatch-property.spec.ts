import { afterEach, describe, expect, it } from '@jest/globals';
import { type Alert, topics } from '@whoran/contracts';
import { DependencyUnavailable } from '@whoran/kernel';
import { anAlert } from '@whoran/testing';
import fc from 'fast-check';
import { DispatchScene } from '../spec-support/dispatch-scene.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Flusher } from './flusher.ts';

const MINUTE = 60_000;
const ROUTES = ['', 'group_by: [cluster], group_wait: 30s, group_interval: 5m', 'group_by: [rule], group_wait: 5s'];

type Step =
  { readonly kind: 'raise'; readonly router: number; readonly rule: number } | { readonly kind: 'pass' } | { readonly kind: 'break' };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('raise' as const), router: fc.nat(1), rule: fc.nat(5) }),
  fc.record({ kind: fc.constant('pass' as const) }),
  fc.record({ kind: fc.constant('break' as const) }),
);

const stops: Flusher[] = [];
afterEach(async () => {
  for (const flusher of stops.splice(0)) await flusher.stop();
});

/** Two routers on a bus that fails when it is told to. */
class Play {
  readonly raised: Alert[] = [];
  private failures = 0;

  private constructor(
    readonly scene: DispatchScene,
    private readonly dispatchers: readonly [Dispatcher, Dispatcher],
  ) {
    const publish = scene.bus.publish.bind(scene.bus);
    scene.bus.publish = async (topic, events) => {
      if (topic.name !== topics.notifications.name || this.failures === 0) return publish(topic, events);
      this.failures -= 1;
      throw new DependencyUnavailable('the bus is away');
    };
  }

  static async open(route: string): Promise<Play> {
    const receivers = 'receivers: [{ name: ops, stdout: {}, rate_limit: { limit: 5, per: 20s } }]';
    const scene = await DispatchScene.open(`route: { receiver: ops, ${route} }\n${receivers}`);
    const [first, second] = [scene.router(), scene.router()];
    stops.push(first.flusher, second.flusher);
    return new Play(scene, [first.dispatcher, second.dispatcher]);
  }

  async take(each: Step, index: number): Promise<void> {
    if (each.kind === 'pass') await this.scene.pass(7_000);
    else if (each.kind === 'break') this.failures += 1;
    else await this.raise(anAlert({ rule: `Rule ${each.rule}` }, { id: `${each.rule}-${index}`, receivers: ['ops'] }), each.router);
  }

  async end(): Promise<void> {
    this.failures = 0;
    await this.scene.pass(10 * MINUTE);
  }

  /** As the bus does: what could not be dispatched comes again, to whichever router. */
  private async raise(alert: Alert, router: number): Promise<void> {
    this.raised.push(alert);
    for (let turn = router; ; turn += 1) {
      const dispatcher = this.dispatchers[turn % 2 === 0 ? 0 : 1];
      const taken = await this.scene.raise(dispatcher, alert).then(
        () => true,
        () => false,
      );
      if (taken) return;
    }
  }
}

describe('whatever two routers do, and whenever the bus fails', () => {
  it.each(ROUTES)('every alert is told or recorded as muted, and an id stands for the same words: %p', (route) =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const play = await Play.open(route);
        for (const [index, each] of steps.entries()) await play.take(each, index);
        await play.end();
        const { told, records } = play.scene;
        const heard = new Set([
          ...told.flatMap(({ alerts }) => alerts.map(({ whoran }) => whoran.id)),
          ...records.flatMap(({ alerts }) => alerts),
        ]);
        // In a group an alert that repeats another is counted with it.
        const names = (ids: Iterable<string>) => new Set([...ids].map((id) => (route === '' ? id : id.split('-')[0])));
        expect(names(heard)).toEqual(names(play.raised.map(({ whoran }) => whoran.id)));
        expect(told.some(({ reason }) => reason === 'storm')).toBe(records.length > 0);
        const words = new Map(told.map(({ id, ...rest }) => [id, rest]));
        for (const { id, ...rest } of told) expect(words.get(id)).toEqual(rest);
      }),
      { numRuns: 40 },
    ),
  );
});
