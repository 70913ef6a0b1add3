import type { Condition, Identifier, Position } from './ast.ts';

/** A macro's name where a condition, or a macro in it, refers to it. */
export interface MacroReference {
  readonly name: string;
  readonly position: Position;
}

/** A condition with macros put in, and what became of every reference. */
export interface MacroResolution {
  /** Has identifiers left only if something is in `unknown` or `loops`. Parts may be shared, with each other and with macros. */
  readonly condition: Condition;
  readonly resolved: readonly MacroReference[];
  readonly unknown: readonly MacroReference[];
  /** References to a macro within itself. */
  readonly loops: readonly MacroReference[];
  /** How many conditions it consists of when every macro is written out. */
  readonly size: number;
  /** How deep they nest, at least 1. */
  readonly depth: number;
  /** Whether it nests so deep that macros were left out. */
  readonly tooDeep: boolean;
}

/** How deep resolved conditions may nest, so that others may recurse over them. */
export const MAX_RESOLVED_DEPTH = 1200;

interface Part {
  readonly condition: Condition;
  readonly size: number;
  readonly depth: number;
}

interface Work {
  readonly lookup: (name: string) => Condition | undefined;
  readonly done: Map<Condition, Part>;
  readonly path: Set<string>;
  readonly resolved: MacroReference[];
  readonly unknown: MacroReference[];
  readonly loops: MacroReference[];
  tooDeep: boolean;
}

/**
 * Puts the macros in: every identifier is the name of one. A macro's condition may refer to others, or have been resolved before.
 * Takes time in proportion to the distinct conditions, however large the result would be when written out.
 */
export function resolveMacros(condition: Condition, lookup: (name: string) => Condition | undefined): MacroResolution {
  const work: Work = { lookup, done: new Map(), path: new Set(), resolved: [], unknown: [], loops: [], tooDeep: false };
  const { resolved, unknown, loops } = work;
  const part = resolvePart(condition, work, 1);
  return { ...part, resolved, unknown, loops, tooDeep: work.tooDeep || part.depth > MAX_RESOLVED_DEPTH };
}

function resolvePart(condition: Condition, work: Work, level: number): Part {
  const done = work.done.get(condition);
  if (done !== undefined) return done;
  if (level > MAX_RESOLVED_DEPTH) {
    work.tooDeep = true;
    return leaf(condition);
  }
  const part = resolveNew(condition, work, level);
  work.done.set(condition, part);
  return part;
}

function resolveNew(condition: Condition, work: Work, level: number): Part {
  switch (condition.type) {
    case 'and':
    case 'or': {
      const parts = condition.children.map((child) => resolvePart(child, work, level + 1));
      const same = parts.every((part, index) => part.condition === condition.children[index]);
      return around(same ? condition : { ...condition, children: parts.map((part) => part.condition) }, parts);
    }
    case 'not': {
      const part = resolvePart(condition.child, work, level + 1);
      return around(part.condition === condition.child ? condition : { ...condition, child: part.condition }, [part]);
    }
    case 'identifier':
      return resolveReference(condition, work, level);
    case 'unary':
    case 'binary':
      return leaf(condition);
  }
}

function resolveReference(identifier: Identifier, work: Work, level: number): Part {
  const { name, position } = identifier;
  const macro = work.lookup(name);
  if (macro === undefined || work.path.has(name)) {
    (macro === undefined ? work.unknown : work.loops).push({ name, position });
    return leaf(identifier);
  }
  work.path.add(name);
  const part = resolvePart(macro, work, level + 1);
  work.path.delete(name);
  work.resolved.push({ name, position });
  return part;
}

function leaf(condition: Condition): Part {
  return { condition, size: 1, depth: 1 };
}

function around(condition: Condition, parts: readonly Part[]): Part {
  return {
    condition,
    size: parts.reduce((sum, part) => sum + part.size, 1),
    depth: parts.reduce((most, part) => Math.max(most, part.depth), 0) + 1,
  };
}
