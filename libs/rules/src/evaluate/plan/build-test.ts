import type { Memory, Test } from '../memory.ts';
import type { Group, Node } from './graph.ts';

/** From this cost on, looking an answer up is cheaper than asking again. */
const WORTH_REMEMBERING = 4;

/** The nodes that are asked from several places when these conditions are evaluated together. */
export function sharedNodes(roots: readonly Node[]): ReadonlySet<Node> {
  const seen = new Set<Node>();
  const shared = new Set<Node>();
  const next = [...roots];
  for (let node = next.pop(); node !== undefined; node = next.pop()) {
    if (seen.has(node)) shared.add(node);
    // One by one: they may be more than a call can have arguments.
    else for (const child of childrenOf(node)) next.push(child);
    seen.add(node);
  }
  return shared;
}

function childrenOf(node: Node): readonly Node[] {
  if (node.kind === 'leaf') return [];
  return node.kind === 'not' ? [node.child] : node.children;
}

/** Turns nodes of a graph into tests, and remembers the answers of those that are shared. */
export function createTestBuilder(memory: Memory, shared: ReadonlySet<Node>): (node: Node) => Test {
  const tests = new Map<Node, Test>();
  const testOf = (node: Node): Test => {
    const known = tests.get(node);
    if (known) return known;
    const plain = build(node);
    const test = shared.has(node) && node.cost >= WORTH_REMEMBERING ? memory.rememberTest(plain) : plain;
    tests.set(node, test);
    return test;
  };
  const build = (node: Node): Test => {
    switch (node.kind) {
      case 'leaf':
        return node.test;
      case 'not': {
        const child = testOf(node.child);
        return (event) => !child(event);
      }
      case 'and':
      case 'or':
        return joined(node.kind, node.children.map(testOf));
    }
  };
  return testOf;
}

function joined(kind: Group['kind'], tests: readonly Test[]): Test {
  const [first, second, third] = tests;
  if (first !== undefined && second !== undefined && tests.length <= 3) {
    if (third === undefined) return kind === 'and' ? (event) => first(event) && second(event) : (event) => first(event) || second(event);
    return kind === 'and'
      ? (event) => first(event) && second(event) && third(event)
      : (event) => first(event) || second(event) || third(event);
  }
  const stop = kind === 'or';
  return (event) => {
    for (const test of tests) if (test(event) === stop) return stop;
    return !stop;
  };
}
