import { basename } from 'node:path';
import { type RuleEvent, auditFields, compileCondition, parseCondition, readAuditPayload } from '@whoran/rules';
import { type Kind, type Material, type Outcome, differs, passed } from '../kind.ts';

const FOLDER = 'k8s-audit-events-synthetic';
const PREFIX = 'LOAD_ERR_COMPILE_CONDITION (Error compiling condition): ';
const catalog = auditFields();

/** What Falco made of a filter over audit events: the names of those that match. */
interface Expected {
  readonly compile: 'ok' | 'error';
  readonly error?: string;
  readonly matching_events?: readonly string[];
}

/** A filter over every audit event of a folder. */
export const kaEval: Kind = {
  kind: 'ka-eval',
  run: (it, material) => {
    const expected = it['expect'] as Expected;
    const condition = parseCondition(it['filter'] as string);
    const compiled = condition.ok ? compileCondition(condition.value, catalog) : condition;
    if (!compiled.ok) {
      const error = `${PREFIX}${compiled.error.message}`;
      return error === expected.error ? passed : differs('error', expected, error);
    }
    if (expected.compile === 'error') return differs('compilation', expected, 'ok');
    return compareNames(
      expected.matching_events ?? [],
      eventsOf(material).filter(([, event]) => compiled.value.matches(event)),
    );
  },
};

function compareNames(expected: readonly string[], matching: readonly NamedEvent[]): Outcome {
  const names = matching.map(([name]) => name);
  return JSON.stringify(names.toSorted()) === JSON.stringify([...expected].toSorted())
    ? passed
    : differs('matching events', expected, names);
}

type NamedEvent = readonly [name: string, event: RuleEvent];
const eventsOfMaterial = new WeakMap<Material, readonly NamedEvent[]>();

/** The events that the file names, or all that the folder has. */
function eventsOf(material: Material): readonly NamedEvent[] {
  const known = eventsOfMaterial.get(material);
  if (known) return known;
  const named = material.file['events'] as readonly string[] | undefined;
  const names = named ?? material.list(FOLDER).map((file) => basename(file, '.json'));
  const events = names.flatMap((name) => {
    const payload = readAuditPayload(material.read(`${FOLDER}/${name}.json`));
    return payload.events.map(({ document, time }): NamedEvent => [name, { source: 'k8s_audit', document, time, hostname: 'testhost' }]);
  });
  eventsOfMaterial.set(material, events);
  return events;
}
