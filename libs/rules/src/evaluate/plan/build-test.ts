import type { Memory, Test } from '../memory.ts';
import type { Group, Node } from './graph.ts';

/** From this cost on, looking an answer up is cheaper than asking again. */
const WORTH_REMEMBERING = 4;

/** Turns nodes of a graph into tests. Ask it when the graph is complete, since it remembers only what is used more than once. */
export function createTestBuilder(memory: Memory): (node: Node) => Test {
  const tests = new Map<Node, Test>();
  const testOf = (node: Node): Test => {
    const known = tests.get(node);
    if (known) return known;
    const plain = build(node);
    const test = node.uses > 1 && node.cost >= WORTH_REMEMBERING ? memory.rememberTest(plain) : plain;
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
