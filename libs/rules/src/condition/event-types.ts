import type { BinaryCheck, Condition } from './ast.ts';

/** Event types: those named, or all but those named. */
export interface EventTypes {
  readonly allBut: boolean;
  readonly names: ReadonlySet<string>;
}

const ALL: EventTypes = { allBut: true, names: new Set() };
const NONE: EventTypes = { allBut: false, names: new Set() };

/** From this number of types on, Falco warns that a rule costs much. */
const MANY = 100;
/** Most names stand for two types: entering and leaving a system call. */
const TYPES_PER_NAME = 2;

/**
 * The types of the events for which a resolved condition can hold, by what it asks of `evt.type`; of an event without a type
 * nothing is known. Every other check counts as one that may hold. Each distinct condition is looked at once.
 */
export function eventTypesOf(condition: Condition): EventTypes {
  return typesOf(condition, { holds: new Map(), fails: new Map() }, true);
}

/** Whether there are so many that LOAD_NO_EVTTYPE is due. */
export function areManyEventTypes({ allBut, names }: EventTypes): boolean {
  return allBut || names.size * TYPES_PER_NAME > MANY;
}

interface Done {
  readonly holds: Map<Condition, EventTypes>;
  readonly fails: Map<Condition, EventTypes>;
}

/** The types for which the condition can hold, or for which it can fail: `not` is moved down to the checks. */
function typesOf(condition: Condition, done: Done, holds: boolean): EventTypes {
  const results = holds ? done.holds : done.fails;
  const known = results.get(condition);
  if (known !== undefined) return known;
  const types = newTypesOf(condition, done, holds);
  results.set(condition, types);
  return types;
}

function newTypesOf(condition: Condition, done: Done, holds: boolean): EventTypes {
  switch (condition.type) {
    case 'and':
    case 'or': {
      const both = (condition.type === 'and') === holds;
      const children = condition.children.map((child) => typesOf(child, done, holds));
      return both ? children.reduce(intersect, ALL) : children.reduce(unite, NONE);
    }
    case 'not':
      return typesOf(condition.child, done, !holds);
    case 'binary':
      return typesOfCheck(condition, holds);
    case 'unary':
      return asksType(condition) && !holds ? NONE : ALL;
    case 'identifier':
      return ALL;
  }
}

function typesOfCheck(check: BinaryCheck, holds: boolean): EventTypes {
  if (holds && neverHolds(check)) return NONE;
  const names = asksType(check) && check.modifier === undefined ? namesOf(check) : undefined;
  if (names === undefined) return ALL;
  return { allBut: (check.operator === '!=') === holds, names };
}

/** Events are numbered from 1: rule files write `evt.num = 0` for what never holds. */
function neverHolds({ left, operator, right }: BinaryCheck): boolean {
  if (left.type !== 'field' || left.name !== 'evt.num' || (operator !== '=' && operator !== '==')) return false;
  return right.type === 'value' && right.value === '0';
}

function namesOf({ operator, right }: BinaryCheck): ReadonlySet<string> | undefined {
  if (operator !== '=' && operator !== '==' && operator !== '!=' && operator !== 'in') return undefined;
  if (right.type === 'value') return new Set([right.value]);
  return right.type === 'list' ? new Set(right.values) : undefined;
}

function asksType({ left }: Pick<BinaryCheck, 'left'>): boolean {
  return left.type === 'field' && left.name === 'evt.type' && (left.argument ?? '') === '';
}

function unite(one: EventTypes, other: EventTypes): EventTypes {
  if (one.allBut && other.allBut) return { allBut: true, names: one.names.intersection(other.names) };
  if (one.allBut) return { allBut: true, names: one.names.difference(other.names) };
  if (other.allBut) return { allBut: true, names: other.names.difference(one.names) };
  return { allBut: false, names: one.names.union(other.names) };
}

function intersect(one: EventTypes, other: EventTypes): EventTypes {
  return invert(unite(invert(one), invert(other)));
}

function invert({ allBut, names }: EventTypes): EventTypes {
  return { allBut: !allBut, names };
}
