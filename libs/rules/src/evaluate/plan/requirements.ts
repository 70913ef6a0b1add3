import type { Requirement } from '../checks/compile-check.ts';
import type { Node } from './graph.ts';

/** What must be so for a condition to hold: fields, by key, and the values they must have one of. */
export type Requirements = ReadonlyMap<string, Requirement>;

const NONE: Requirements = new Map();
/** Beyond this many values a field tells rules apart no longer. */
const MAX_VALUES = 1000;

/** Finds what conditions require, each once. */
export function createRequirementFinder(): (node: Node) => Requirements {
  const known = new Map<Node, Requirements>();
  const requirementsOf = (node: Node): Requirements => {
    const found = known.get(node) ?? find(node);
    known.set(node, found);
    return found;
  };
  const find = (node: Node): Requirements => {
    switch (node.kind) {
      case 'leaf':
        return node.requirement && node.requirement.values.size <= MAX_VALUES
          ? new Map([[node.requirement.operand.key, node.requirement]])
          : NONE;
      case 'and':
        return all(node.children.map(requirementsOf));
      case 'or':
        return node.children.map(requirementsOf).reduce(either);
      case 'not':
        return NONE;
    }
  };
  return requirementsOf;
}

function all(parts: readonly Requirements[]): Requirements {
  const required = new Map<string, Requirement>();
  for (const requirement of parts.flatMap((part) => [...part.values()])) {
    const { key } = requirement.operand;
    const known = required.get(key);
    required.set(key, known ? { ...known, values: known.values.intersection(requirement.values) } : requirement);
  }
  return required;
}

function either(one: Requirements, other: Requirements): Requirements {
  const shared = new Map<string, Requirement>();
  for (const [key, requirement] of one) {
    const values = other.get(key)?.values.union(requirement.values);
    if (values !== undefined && values.size <= MAX_VALUES) shared.set(key, { ...requirement, values });
  }
  return shared;
}
