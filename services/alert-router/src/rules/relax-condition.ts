import type { Condition, Field } from '@whoran/rules';
import { fieldsOf } from '@whoran/rules';

/**
 * The weakest condition that holds whenever the given one does, whatever the fields that vary are: without the checks that
 * look at them. Nothing if they alone may make it hold.
 */
export function relaxCondition(condition: Condition, varies: (field: Field) => boolean): Condition | undefined {
  return bound(condition, true, { varies, upper: new Map(), lower: new Map() });
}

interface Relaxing {
  readonly varies: (field: Field) => boolean;
  // What macros share comes once, so that a condition which is large when written out takes no longer.
  readonly upper: Map<Condition, Condition | undefined>;
  readonly lower: Map<Condition, Condition | undefined>;
}

/** What a part implies (upper) or what implies it, for all values that vary; nothing if that is anything, or never. */
function bound(part: Condition, upper: boolean, relaxing: Relaxing): Condition | undefined {
  const known = upper ? relaxing.upper : relaxing.lower;
  if (known.has(part)) return known.get(part);
  const result = newBound(part, upper, relaxing);
  known.set(part, result);
  return result;
}

function newBound(part: Condition, upper: boolean, relaxing: Relaxing): Condition | undefined {
  switch (part.type) {
    case 'not': {
      const child = bound(part.child, !upper, relaxing);
      return child && { ...part, child };
    }
    case 'and':
    case 'or': {
      const bounds = part.children.map((child) => bound(child, upper, relaxing));
      const children = bounds.filter((child) => child !== undefined);
      // A part that may be anything leaves a conjunction to its other parts, and makes a disjunction anything.
      const isEnough = (part.type === 'and') === upper ? children.length > 0 : children.length === bounds.length;
      if (!isEnough) return undefined;
      return children.length === 1 ? children[0] : { ...part, children };
    }
    case 'unary':
    case 'binary':
    case 'identifier':
      return fieldsOf(part).some(relaxing.varies) ? undefined : part;
  }
}
