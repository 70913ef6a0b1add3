import { describe, expect, it } from '@jest/globals';
import { ClusterLineage, type SessionRecord, observer } from '@whoran/lineage';
import { SimulatedNode, simulatedVerifier } from '@whoran/testing';
import { ImageWatch } from './image-watch.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const HOUR = 3_600_000;
const observe = observer('SEC_');

/** One exec in each of these pods, and whether Falco saw its root. */
function execs(
  pods: readonly string[],
  { root = false, watched = true, different = {} }: Case = {},
): { readonly lineage: ClusterLineage; readonly sessions: readonly SessionRecord[] } {
  const lineage = new ClusterLineage('sim', simulatedVerifier, { isProbe: () => false });
  const node = new SimulatedNode();
  const ids: string[] = [];
  for (const pod of pods) ids.push(node.exec(node.container(pod), { user: 'jane', command: ['/bin/hello'] }).session.id);
  for (const input of node.inputs) {
    if (input.kind === 'report') lineage.takeReport({ ...input.report, imageId: 'hello@sha256:1', ...different }, NOW);
    else if (watched && (root || input.session === '')) {
      const seen = observe(input.event);
      if (typeof seen !== 'string') lineage.takeObservation('node-a', seen, NOW);
    }
  }
  lineage.settle();
  return { lineage, sessions: ids.flatMap((id) => lineage.sessions.get(id) ?? []) };
}

interface Case {
  readonly root?: boolean;
  readonly watched?: boolean;
  readonly different?: object;
}

const lookAll = (watch: ImageWatch, { lineage, sessions }: ReturnType<typeof execs>) =>
  sessions.map((session) => learnFrom(watch, session, lineage));
const learnFrom = (watch: ImageWatch, session: SessionRecord, lineage: ClusterLineage, now = NOW) => {
  const outcome = watch.look(session, lineage);
  if (!outcome) return undefined;
  watch.take(outcome);
  return watch.learn(outcome.imageId, lineage.cluster, now);
};
const newWatch = () => new ImageWatch({ learnAfter: 3, learnFor: HOUR });

describe('the watch over images', () => {
  it('learns once, when an image failed in enough pods, and says for how long', () => {
    const learned = lookAll(newWatch(), execs(['a', 'b', 'c', 'd']));
    expect(learned).toEqual([
      undefined,
      undefined,
      {
        cluster: 'sim',
        imageId: 'hello@sha256:1',
        strategy: 'none',
        failures: 3,
        pods: 3,
        learnedAt: '2026-01-01T12:00:00.000Z',
        expiresAt: '2026-01-01T13:00:00.000Z',
      },
      undefined,
    ]);
  });

  it('learns again when what it learned has expired and execs go on failing', () => {
    const watch = newWatch();
    const { lineage, sessions } = execs(['a', 'b', 'c', 'd']);
    const at = (now: number) =>
      sessions.map((session) => learnFrom(watch, session, lineage, now)).filter((learned) => learned !== undefined);
    expect(at(NOW)).toHaveLength(1);
    expect(at(NOW + HOUR - 1)).toHaveLength(0);
    expect(at(NOW + HOUR)).toHaveLength(1);
  });

  it.each<[string, readonly string[], Case]>([
    ['as many failures in one pod', ['a', 'a', 'a', 'a'], {}],
    ['roots that were seen', ['a', 'b', 'c'], { root: true }],
    ['pods that Falco does not watch', ['a', 'b', 'c'], { watched: false }],
    ['sessions that were not injected', ['a', 'b', 'c'], { different: { injected: false, strategy: 'none' } }],
    ['sessions of an unknown image', ['a', 'b', 'c'], { different: { imageId: undefined } }],
    ['sessions of different images', ['a', 'b'], {}],
  ])('learns nothing from %s', (_what, pods, different) => {
    expect(lookAll(newWatch(), execs(pods, different)).filter(Boolean)).toEqual([]);
  });

  it('learns nothing any more of an image that showed one root', () => {
    const watch = newWatch();
    lookAll(watch, execs(['works'], { root: true }));
    expect(lookAll(watch, execs(['a', 'b', 'c', 'd'])).filter(Boolean)).toEqual([]);
  });

  it('keeps images apart', () => {
    const watch = newWatch();
    const other = { different: { imageId: 'other@sha256:2' } };
    expect(
      lookAll(watch, execs(['a', 'b']))
        .concat(lookAll(watch, execs(['c', 'd'], other)))
        .filter(Boolean),
    ).toEqual([]);
    expect(lookAll(watch, execs(['e'], other))).toMatchObject([{ imageId: 'other@sha256:2' }]);
  });
});
