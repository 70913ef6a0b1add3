import { assertNever } from '@whoran/kernel';
import { type Condition, type FieldCatalog, type RuleEvent, compileCondition, fieldsNotSent, fieldsOf } from '@whoran/rules';

/** What can be said of a condition about an event of which only some fields are known. */
export interface Decision {
  readonly verdict: boolean | 'unknown';
  /** The fields without which it is unknown. */
  readonly lacks: ReadonlySet<string>;
}

/** An event, and the fields that Falco sent of it, the absent ones too. */
export interface KnownEvent {
  readonly event: RuleEvent;
  readonly sent: ReadonlySet<string>;
}

/** Decides conditions about one event after the other. */
export type Decider = (known: KnownEvent) => (condition: Condition) => Decision;

type Check = Extract<Condition, { readonly type: 'unary' | 'binary' }>;
interface ReadyCheck {
  readonly matches: (event: RuleEvent) => boolean;
  readonly fields: ReturnType<typeof fieldsOf>;
}

const NONE: ReadonlySet<string> = new Set();
/** Who did it is nothing that Falco knows. */
const OURS = /^(?:k8s\.user|exec)\./;
const ANCESTORS = /^proc\.(?:aname|aexe|aexepath|acmdline|apid)$/;

/**
 * Decides conditions in three values: what does not depend on a field that was not sent is decided, whatever stands beside it.
 * Conditions are without identifiers and fit the catalog; throws otherwise.
 */
export function createDecider(catalog: FieldCatalog): Decider {
  const checks = new Map<Check, ReadyCheck>();
  const readyCheck = (check: Check): ReadyCheck => {
    const ready = checks.get(check) ?? prepare(check, catalog);
    checks.set(check, ready);
    return ready;
  };
  const missing = rememberMissing();

  return (known) => {
    const done = new Map<Condition, Decision>();
    const decide = (condition: Condition): Decision => {
      const decision = done.get(condition) ?? decideNew(condition);
      done.set(condition, decision);
      return decision;
    };
    const decideNew = (condition: Condition): Decision => {
      switch (condition.type) {
        case 'and':
        case 'or':
          return joined(condition.children.map(decide), condition.type === 'or');
        case 'not':
          return inverted(decide(condition.child));
        case 'unary':
        case 'binary':
          return decideCheck(readyCheck(condition), known, missing);
        case 'identifier':
          throw new Error(`the macro ${condition.name} is not resolved`);
        default:
          return assertNever(condition);
      }
    };
    return decide;
  };
}

function prepare(check: Check, catalog: FieldCatalog): ReadyCheck {
  const compiled = compileCondition(check, catalog);
  if (!compiled.ok) throw new Error(compiled.error.message);
  return { matches: compiled.value.matches, fields: fieldsOf(check) };
}

type Missing = (check: ReadyCheck, sent: ReadonlySet<string>) => readonly string[];

/** Events have the same few sets of fields. */
function rememberMissing(): Missing {
  const known = new Map<ReadyCheck, Map<string, readonly string[]>>();
  const spellings = new WeakMap<ReadonlySet<string>, string>();
  return (check, sent) => {
    const spelling = spellings.get(sent) ?? [...sent].toSorted().join('\n');
    spellings.set(sent, spelling);
    const bySpelling = known.get(check) ?? new Map<string, readonly string[]>();
    known.set(check, bySpelling);
    const missing = bySpelling.get(spelling) ?? [
      ...check.fields.flatMap(({ name }) => (OURS.test(name) ? [name] : [])),
      ...fieldsNotSent(check.fields, sent),
    ];
    bySpelling.set(spelling, missing);
    return missing;
  };
}

function decideCheck(check: ReadyCheck, { event, sent }: KnownEvent, missing: Missing): Decision {
  const lacks = missing(check, sent);
  if (lacks.length > 0) return { verdict: 'unknown', lacks: new Set(lacks) };
  if (check.matches(event)) return { verdict: true, lacks: NONE };
  const beyond = check.fields.flatMap(({ name, argument }) => (argument === undefined ? ancestorBeyond(name, event, sent) : []));
  return beyond.length > 0 ? { verdict: 'unknown', lacks: new Set(beyond) } : { verdict: false, lacks: NONE };
}

/** A field that stands for any ancestor may hold for one further up than those that were sent. */
function ancestorBeyond(name: string, { document }: RuleEvent, sent: ReadonlySet<string>): readonly string[] {
  if (!ANCESTORS.test(name) || (sent.has(name) && name !== 'proc.apid')) return [];
  for (let index = 1; ; index += 1) {
    const key = `${name}[${index}]`;
    if (!sent.has(key)) return [key];
    if (document[key] === null) return [];
  }
}

function joined(decisions: readonly Decision[], deciding: boolean): Decision {
  if (decisions.some(({ verdict }) => verdict === deciding)) return { verdict: deciding, lacks: NONE };
  const unknown = decisions.filter(({ verdict }) => verdict === 'unknown');
  if (unknown.length === 0) return { verdict: !deciding, lacks: NONE };
  return { verdict: 'unknown', lacks: new Set(unknown.flatMap(({ lacks }) => [...lacks])) };
}

function inverted({ verdict, lacks }: Decision): Decision {
  return { verdict: verdict === 'unknown' ? 'unknown' : !verdict, lacks };
}
