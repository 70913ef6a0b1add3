import { beforeEach, describe, expect, it } from '@jest/globals';
import { InProcessBus } from '@whoran/bus';
import { type Response, topics } from '@whoran/contracts';
import { DependencyUnavailable, SilentLogger, VirtualClock, ok } from '@whoran/kernel';
import { type Block, type NewResponse, begin, planQuarantine, readResponseSettings } from '@whoran/response';
import { Metrics } from '@whoran/service-kit';
import { AdvanceResponse } from './advance-response.ts';
import { BlockList } from './block-list.ts';
import { Clusters } from './cluster/clusters.ts';
import { RateCap } from './rate-cap.ts';
import { Responder } from './responder.ts';
import { ResponseMetrics } from './response-metrics.ts';
import { MemoryResponseStore } from './store/memory-response-store.ts';
import { aRecord } from './store/response-store.suite.ts';

const NOW = Date.parse('2026-01-01T10:00:00Z');
const LEASE = 60_000;

/** A list that may be away, or let somebody wait. */
class SpecBlockList extends BlockList {
  readonly entries = new Map<string, Block>();
  away = false;
  gate: Promise<void> | undefined;

  override async add(id: string, entry: Block) {
    await this.gate;
    if (this.away) throw new DependencyUnavailable('Redis is away');
    this.entries.set(id, entry);
    return ok(undefined);
  }

  override async remove(id: string): Promise<void> {
    if (this.away) throw new DependencyUnavailable('Redis is away');
    this.entries.delete(id);
  }
}

describe('a responder', () => {
  let clock: VirtualClock;
  let bus: InProcessBus;
  let store: MemoryResponseStore;
  let blocks: SpecBlockList;
  let told: Response[];

  const asked: NewResponse = {
    id: 'r1',
    action: 'quarantine',
    target: { user: 'jane' },
    reason: 'r',
    author: 'ana',
    isKnown: true,
    dryRun: false,
    duration: 3_600_000,
    automatic: false,
  };

  beforeEach(async () => {
    clock = new VirtualClock(NOW);
    bus = new InProcessBus(clock);
    store = new MemoryResponseStore();
    blocks = new SpecBlockList();
    told = [];
    await bus.subscribe({ group: 'spec', topic: topics.responses, handle: async (batch) => void told.push(...batch) });
  });

  function router(approval: object = {}): Responder {
    const settings = readResponseSettings({ actions: { quarantine: {} }, ...approval });
    if (!settings.ok) throw new Error('settings');
    const around = { bus, clock, logger: new SilentLogger(), metrics: new ResponseMetrics(new Metrics('spec')) };
    const advance = new AdvanceResponse({ ...around, settings: settings.value, blocks, clusters: new Clusters(new Map()) });
    return new Responder({ ...around, settings: settings.value, store, advance, automatic: new RateCap(20) });
  }
  const states = async () => {
    await bus.idle();
    return told.map(({ state }) => state);
  };

  it('goes on where one that died has stopped, once its lease is over', async () => {
    const plan = planQuarantine({ user: 'jane' }, { reason: 'r', author: 'ana' });
    await store.add(begin(aRecord('r1'), plan, NOW), NOW + LEASE);
    const other = router();
    await other.look();
    expect(blocks.entries.size).toBe(0);
    clock.advanceTo(NOW + LEASE);
    await other.look();
    expect([...blocks.entries.keys()]).toEqual(['r1']);
    expect((await other.find('r1'))?.state).toBe('done');
    expect(await states()).toEqual(['running', 'done']);
  });

  it('waits while something is away, and gives up after five minutes', async () => {
    const responder = router();
    blocks.away = true;
    const first = await responder.submit(asked);
    expect(first).toMatchObject({ ok: true, value: { isNew: true, response: { state: 'running', error: 'Redis is away' } } });
    clock.advanceTo(NOW + 10_000);
    await responder.look();
    blocks.away = false;
    clock.advanceTo(NOW + 20_000);
    await responder.look();
    const after = await responder.find('r1');
    expect([after?.state, after?.error]).toEqual(['done', undefined]);
    blocks.away = true;
    await responder.undo('r1', { name: 'bob', isKnown: true });
    for (let minute = 1; minute <= 6; minute += 1) {
      clock.advanceTo(NOW + 20_000 + minute * LEASE);
      await responder.look();
    }
    expect(await responder.find('r1')).toMatchObject({ state: 'failed', steps: [{ state: 'failed', error: 'Redis is away' }] });
    blocks.away = false;
    expect(await responder.undo('r1', { name: 'bob', isKnown: true })).toMatchObject({ ok: true, value: { state: 'undone' } });
  });

  it('tells everybody, also after the bus was away', async () => {
    const responder = router();
    const publish = bus.publish.bind(bus);
    bus.publish = async () => {
      throw new DependencyUnavailable('Kafka is away');
    };
    expect(await responder.submit(asked)).toMatchObject({ value: { response: { state: 'approved' } } });
    bus.publish = publish;
    clock.advanceTo(NOW + 10_000);
    await responder.look();
    expect(await states()).toEqual(['approved', 'running', 'done']);
  });

  it('is one of two when both are asked for the same at the same time', async () => {
    const answers = await Promise.all([router().submit(asked), router().submit({ ...asked, id: 'r2' })]);
    expect(answers.map((answer) => answer.ok && answer.value.isNew).sort()).toEqual([false, true]);
    expect(blocks.entries.size).toBe(1);
  });

  it('does not take an undo for what is being done', async () => {
    const responder = router();
    let open = () => {};
    blocks.gate = new Promise((resolve) => (open = resolve));
    const submitted = responder.submit(asked);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await responder.undo('r1', { name: 'bob', isKnown: true })).toMatchObject({ ok: false, error: { kind: 'conflict' } });
    open();
    expect(await submitted).toMatchObject({ value: { response: { state: 'done' } } });
  });

  it('carries out once what two people approve at the same time', async () => {
    const file = { approval: { actions: ['quarantine'], people: 2 } };
    await router(file).submit(asked);
    const answers = await Promise.all(['bob', 'eve'].map((name) => router(file).approve('r1', { name, isKnown: true })));
    expect(answers.map(({ ok: isOk }) => isOk).sort()).toEqual([false, true]);
    expect((await states()).filter((state) => state === 'running')).toHaveLength(1);
  });

  it('ends what holds when its time is over, whoever did it', async () => {
    await router().submit(asked);
    clock.advanceTo(NOW + 3_600_000);
    await router().look();
    expect(blocks.entries.size).toBe(0);
    expect((await states()).at(-1)).toBe('expired');
    expect(await router().submit({ ...asked, id: 'r2' })).toMatchObject({ value: { isNew: true } });
  });
});
