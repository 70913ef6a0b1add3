import type { SimContainer, SimProcess } from './falco-line.ts';
import type { SimNode } from './sim-node.ts';

/** What somebody does, step by step; each value is how long it takes until the next, milliseconds. */
export type Script = Generator<number, void, undefined>;

/** How an exec enters its container. */
export interface Entry {
  readonly node: SimNode;
  readonly container: SimContainer;
  readonly root: SimProcess;
  /** The command as the container runtime starts it. */
  readonly argv: readonly string[];
  /** What stands in the environment after `env`; empty when nothing was injected. */
  readonly token: string;
  readonly user: string;
  /** The user's own command. */
  readonly command: readonly string[];
  /** The user has left; daemons may go on. */
  readonly ended: () => void;
}

/**
 * Programs and daemons started from one exec. The session is over before the last daemon is: what outlives its parent, and has
 * a clean environment, still belongs to the session.
 */
export function* interactive(entry: Entry, programs: number): Script {
  const { node, root, argv, command, token, user, ended } = entry;
  node.start(root, argv, { alerts: token === '' });
  if (token !== '') node.start(root, command, { token, user, alerts: true });
  let last: SimProcess | undefined;
  for (let done = 0; done < programs; done += 1) {
    yield 60;
    const child = node.fork(root);
    yield 5;
    if (done % 5 === 3) last = yield* daemon(node, child);
    else if (done % 5 === 4) node.start(child, ['env', '-i', 'id'], { token: '', user: '' });
    else node.start(child, ['ls', '-la', `/srv/${done}`]);
  }
  ended();
  for (let more = 0; last && more < 3; more += 1) {
    yield 200;
    node.start(node.fork(last), ['date']);
  }
}

/** Forks twice, loses its parent, and clears its environment: only lineage tells whose it is. */
function* daemon(node: SimNode, first: SimProcess): Generator<number, SimProcess, undefined> {
  const second = node.fork(first);
  node.orphan(second);
  yield 10;
  node.start(second, ['sleep', '30'], { token: '', user: '' });
  yield 20;
  node.start(node.fork(second), ['cat', '/etc/hostname']);
  return second;
}

/** A process that belongs to nobody starts a program with the token of somebody's session. */
export function* thief(node: SimNode, container: SimContainer, stolen: { readonly token: string; readonly user: string }): Script {
  const child = node.fork(container.main);
  yield 10;
  node.start(child, ['cat', '/etc/shadow'], stolen);
}

/** What a container does by itself, all at once: three events, or six. */
export function background(node: SimNode, container: SimContainer, nested: boolean): void {
  const child = node.fork(container.main);
  node.start(child, nested ? ['sh', '-c', 'date'] : ['sleep', '5']);
  if (nested) node.start(node.fork(child), ['date']);
}
