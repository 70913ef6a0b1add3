import { parseJson } from '@whoran/contracts';
import { type RuleEvent, compileCondition, parseCondition, syscallFields } from '@whoran/rules';
import { type Case, type Kind, type Material, differs, passed } from '../kind.ts';

/** The numbers of the events that match. */
interface Expected {
  readonly matching_evt_nums: readonly number[];
  readonly of: number;
}

const catalog = syscallFields();

/** A filter over every Falco event of a file, by what its `output_fields` say. */
export const syscallEval: Kind = {
  kind: 'syscall-eval',
  run: (it, material) => {
    const expected = it['expect'] as Expected;
    const condition = parseCondition(it['filter'] as string);
    const compiled = condition.ok ? compileCondition(condition.value, catalog) : condition;
    if (!compiled.ok) return differs('compilation', 'ok', compiled.error.message);
    const events = eventsOf(it, material);
    const matching = events.filter((event) => compiled.value.matches(event)).map(({ document }) => document['evt.num']);
    if (events.length !== expected.of) return differs('events', expected.of, events.length);
    return JSON.stringify(matching) === JSON.stringify(expected.matching_evt_nums)
      ? passed
      : differs('matching events', expected.matching_evt_nums, matching);
  },
};

const eventsOfText = new Map<string, readonly RuleEvent[]>();

function eventsOf(it: Case, material: Material): readonly RuleEvent[] {
  const text = material.read(it['events_file'] as string);
  const events =
    eventsOfText.get(text) ??
    text
      .split('\n')
      .filter((line) => line !== '')
      .map(eventOf);
  eventsOfText.set(text, events);
  return events;
}

function eventOf(line: string): RuleEvent {
  const alert = parseJson(line);
  if (!alert.ok) throw new Error(alert.error);
  const { output_fields: document, hostname } = alert.value as { readonly output_fields: RuleEvent['document']; readonly hostname: string };
  return { source: 'syscall', document, time: BigInt((document['evt.time'] as bigint | number | undefined) ?? 0), hostname };
}
