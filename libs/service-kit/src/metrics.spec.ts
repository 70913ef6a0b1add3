import { beforeAll, describe, expect, it } from '@jest/globals';
import { InProcessBus, deadLetter, drop, handled } from '@whoran/bus';
import { topics } from '@whoran/contracts';
import { SystemClock } from '@whoran/service-kit';
import { anExecSession } from '@whoran/testing';
import { tellBuild } from './build-info.ts';
import { Metrics, busMetrics } from './metrics.ts';

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?[0-9.e+-]+|Na[nN]|[+-]Inf)$/;
/** The only labels there are; `le` and those of Node.js come from prom-client. */
const LABELS = ['service', 'group', 'topic', 'partition', 'verdict', 'reason', 'version', 'node', 'le'];

let text: string;
let lines: readonly string[];

/** The value of a sample that begins so. */
const valueOf = (start: string) =>
  Number(
    lines
      .find((line) => line.startsWith(start))
      ?.split(' ')
      .at(-1),
  );

beforeAll(async () => {
  const metrics = new Metrics('demo');
  tellBuild(metrics);
  const observer = busMetrics(metrics);
  const bus = new InProcessBus(new SystemClock(), { observer });
  let failures = 1;
  await bus.subscribe({
    group: 'demo',
    topic: topics.execSessions,
    handle: async (sessions) => {
      if (failures-- > 0) throw new Error('a bug');
      return sessions.map(({ id }) => (id === 'a' ? handled : id === 'b' ? drop('not-ours') : deadLetter('bad "one"', 'it is bad')));
    },
  });
  await bus.publish(
    topics.execSessions,
    ['a', 'b', 'c'].map((id) => anExecSession({ id })),
  );
  await bus.idle();
  observer.lag('demo', topics.execSessions.name, 3, 17);
  text = await metrics.registry.metrics();
  lines = text.split('\n');
});

describe('the metrics of a service', () => {
  it('are well-formed: help and type once before the samples of each, and nothing else', () => {
    const declared = new Map<string, string[]>();
    let current = '';
    for (const line of lines.filter((each) => each !== '')) {
      const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
      if (kind !== undefined) {
        expect(name).toMatch(NAME);
        expect(rest).not.toBe('');
        declared.set(name, [...(declared.get(name) ?? []), kind]);
        current = name;
      } else {
        const sample = SAMPLE.exec(line);
        expect([line, sample?.[1]?.startsWith(current)]).toEqual([line, true]);
      }
    }
    expect([...declared.values()].every((kinds) => kinds.join() === 'HELP,TYPE')).toBe(true);
    expect(declared.size).toBeGreaterThan(20);
  });

  it('have labels from a closed list only', () => {
    const used = lines
      .filter((line) => line.startsWith('whoran_'))
      .flatMap((line) => [...line.matchAll(/([a-z]+)="/g)].map(([, label]) => label));
    expect(new Set(used)).toEqual(new Set(LABELS));
  });

  it('tell what became of messages, what is behind, under way, tried again, and how long it took', () => {
    const of = 'group="demo",topic="whoran.exec-sessions.v1"';
    expect(valueOf(`whoran_bus_messages_total{${of},verdict="handled",reason="",`)).toBe(1);
    expect(valueOf(`whoran_bus_messages_total{${of},verdict="drop",reason="not-ours",`)).toBe(1);
    expect(valueOf(`whoran_bus_messages_total{${of},verdict="dead-letter",reason="bad \\"one\\"",`)).toBe(1);
    expect(valueOf(`whoran_bus_lag_messages{${of},partition="3",`)).toBe(17);
    expect(valueOf(`whoran_bus_in_flight_messages{${of},`)).toBe(0);
    expect(valueOf(`whoran_bus_retries_total{${of},`)).toBeGreaterThan(0);
    expect(valueOf('whoran_bus_batch_seconds_count{')).toBeGreaterThan(0);
    expect(valueOf('whoran_build_info{version="0.1.0",')).toBe(1);
  });
});
