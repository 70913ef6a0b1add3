import type { CompiledCheck, Requirement } from '../checks/compile-check.ts';
import type { Test } from '../memory.ts';

/** A condition of the graph. Conditions that say the same are one node, wherever they came from. */
export type Node = Leaf | Group | Inverse;

interface NodeBase {
  readonly id: number;
  /** What asking it takes, roughly; reading a field is 1. */
  readonly cost: number;
}
/** A check. */
export interface Leaf extends NodeBase {
  readonly kind: 'leaf';
  readonly test: Test;
  readonly requirement: Requirement | undefined;
}
/** Conditions that all must hold, or of which one must; the cheapest first, since nobody can see the order. */
export interface Group extends NodeBase {
  readonly kind: 'and' | 'or';
  readonly children: readonly Node[];
}
/** A condition that must not hold. */
export interface Inverse extends NodeBase {
  readonly kind: 'not';
  readonly child: Node;
}

/** Where the conditions of many rules meet. */
export interface Graph {
  leaf(check: CompiledCheck): Node;
  group(kind: Group['kind'], children: readonly Node[]): Node;
  not(child: Node): Node;
}

/** Costs decide about the order only; conditions written out can be larger than numbers are. */
const MAX_COST = 1_000_000;

/** Opens a graph without conditions. */
export function createGraph(): Graph {
  const nodes = new Map<string, Node>();
  const intern = (key: string, make: (base: { readonly id: number }) => Node): Node => {
    const known = nodes.get(key);
    if (known) return known;
    const node = make({ id: nodes.size });
    nodes.set(key, node);
    return node;
  };
  const leaf: Graph['leaf'] = ({ key, test, cost, requirement }) =>
    intern(key, (base) => ({ ...base, kind: 'leaf', test, cost, requirement }));

  return {
    leaf,
    group: (kind, given) => {
      const distinct = [...new Set(kind === 'or' ? mergeEqualities(given, leaf) : given)];
      const [only, second] = distinct;
      if (only !== undefined && second === undefined) return only;
      const children = distinct.toSorted((one, other) => one.cost - other.cost);
      return intern(`${kind}(${children.map(({ id }) => id).join()})`, (base) => {
        const cost = Math.min(
          MAX_COST,
          children.reduce((sum, child) => sum + child.cost, 1),
        );
        return { ...base, kind, children, cost };
      });
    },
    not: (child) => {
      if (child.kind === 'not') return child.child;
      return intern(`not(${child.id})`, (base) => ({ ...base, kind: 'not', child, cost: child.cost }));
    },
  };
}

/** Several values that one field may have become one question. */
function mergeEqualities(children: readonly Node[], leaf: Graph['leaf']): readonly Node[] {
  const byOperand = Map.groupBy(children, (child) => (child.kind === 'leaf' ? child.requirement?.operand.key : undefined));
  return [...byOperand].flatMap(([operand, same]) => (operand === undefined || same.length === 1 ? same : [leaf(mergedCheck(same))]));
}

function mergedCheck(same: readonly Node[]): CompiledCheck {
  const requirements = same.flatMap((node) => (node.kind === 'leaf' && node.requirement ? [node.requirement] : []));
  const [first] = requirements;
  if (first === undefined) throw new Error('only checks with a requirement are merged');
  const { operand } = first;
  const values = new Set(requirements.flatMap((requirement) => [...requirement.values]));
  return {
    key: `${operand.key} in ${JSON.stringify([...values])}`,
    test: (event) => values.has(operand.read(event) as string),
    cost: operand.cost + 1,
    requirement: { operand, values },
  };
}
