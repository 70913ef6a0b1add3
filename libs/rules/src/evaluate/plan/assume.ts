import type { Graph, Node } from './graph.ts';

/** What is known of a field: the text it has, or texts that it has not (it may be absent). */
export interface Fact {
  /** The key of the field's operand. */
  readonly key: string;
  readonly known: { readonly is: string } | { readonly isNoneOf: ReadonlySet<string> };
}

/** Simplifies conditions by what is known. */
export interface Assumptions {
  /** What is left of the condition, or whether it holds. */
  simplify(node: Node, fact: Fact): Node | boolean;
  /** Whether there was so much to do that conditions were left as they are. */
  isExhausted(): boolean;
}

/** Opens a simplifier for the nodes of one graph; it looks at that many nodes and no more. */
export function createAssumptions(graph: Graph, maxNodes: number): Assumptions {
  const fieldsOf = createFieldFinder();
  const results = new WeakMap<Fact, Map<Node, Node | boolean>>();
  let visited = 0;

  const simplify = (node: Node, fact: Fact): Node | boolean => {
    if (visited >= maxNodes || !fieldsOf(node).has(fact.key)) return node;
    const known = results.get(fact) ?? new Map<Node, Node | boolean>();
    results.set(fact, known);
    const found = known.get(node);
    if (found !== undefined) return found;
    visited += 1;
    const result = simplifyNew(node, fact);
    known.set(node, result);
    return result;
  };

  const simplifyNew = (node: Node, fact: Fact): Node | boolean => {
    switch (node.kind) {
      case 'leaf':
        return (node.requirement === undefined ? undefined : answer(node.requirement.values, fact)) ?? node;
      case 'not': {
        const child = simplify(node.child, fact);
        return typeof child === 'boolean' ? !child : graph.not(child);
      }
      case 'and':
      case 'or': {
        const decides = node.kind === 'or';
        const children = node.children.map((child) => simplify(child, fact));
        if (children.includes(decides)) return decides;
        const open = children.filter((child) => typeof child !== 'boolean');
        return open.length === 0 ? !decides : graph.group(node.kind, open);
      }
    }
  };
  return { simplify, isExhausted: () => visited >= maxNodes };
}

function answer(values: ReadonlySet<string>, { known }: Fact): boolean | undefined {
  if ('is' in known) return values.has(known.is);
  return values.isSubsetOf(known.isNoneOf) ? false : undefined;
}

const NONE: ReadonlySet<string> = new Set();

/** Finds the fields that checks for equality in a condition are about; most conditions are about few. */
function createFieldFinder(): (node: Node) => ReadonlySet<string> {
  const known = new Map<Node, ReadonlySet<string>>();
  const fieldsOf = (node: Node): ReadonlySet<string> => {
    const found = known.get(node) ?? find(node);
    known.set(node, found);
    return found;
  };
  const find = (node: Node): ReadonlySet<string> => {
    switch (node.kind) {
      case 'leaf':
        return node.requirement === undefined ? NONE : new Set([node.requirement.operand.key]);
      case 'not':
        return fieldsOf(node.child);
      case 'and':
      case 'or':
        return new Set(node.children.flatMap((child) => [...fieldsOf(child)]));
    }
  };
  return fieldsOf;
}
