import type { AttributedEvent } from '@whoran/contracts';
import type { Logger } from '@whoran/kernel';
import { fieldsNotSent, fieldsOf } from '@whoran/rules';
import type { RuleSet } from './rule-set.ts';

/** So many events of a cluster show which fields its Falco sends: append_output puts the same ones on every rule. */
const EVENTS_LOOKED_AT = 1000;
/** Falco knows about 400 fields; a field with an argument counts for each argument. */
const MOST_FIELDS = 5000;
const MOST_CLUSTERS = 1000;
const RULES_NAMED = 20;

interface Seen {
  readonly fields: Set<string>;
  events: number;
  /** The rules for which it was told what is missing. */
  toldFor?: RuleSet;
}

/** Tells which rules look at fields that no Falco event of a cluster has carried: `not field = x` then holds for every event. */
export class SeenFields {
  private readonly clusters = new Map<string, Seen>();

  constructor(private readonly logger: Logger) {}

  /** Looks at the first events of each cluster. `rulesOf`: the rules that are run over them. */
  note(events: readonly AttributedEvent[], rulesOf: (cluster: string) => RuleSet): void {
    for (const { source = 'syscall', output_fields: fields, whoran } of events) {
      const seen = source === 'syscall' ? this.seenOf(whoran.cluster) : undefined;
      if (!seen) continue;
      if (seen.events < EVENTS_LOOKED_AT) look(seen, fields);
      if (seen.events < EVENTS_LOOKED_AT) continue;
      const rules = rulesOf(whoran.cluster);
      if (seen.toldFor === rules) continue;
      seen.toldFor = rules;
      this.tell(whoran.cluster, seen.fields, rules);
    }
  }

  private seenOf(cluster: string): Seen | undefined {
    let seen = this.clusters.get(cluster);
    if (!seen && this.clusters.size < MOST_CLUSTERS) this.clusters.set(cluster, (seen = { fields: new Set(), events: 0 }));
    return seen;
  }

  private tell(cluster: string, sent: ReadonlySet<string>, rules: RuleSet): void {
    const blind = rules.ownSyscallRules().flatMap(({ name, condition }) => {
      const fields = fieldsNotSent(fieldsOf(condition), sent);
      return fields.length > 0 ? [{ name, fields }] : [];
    });
    if (blind.length === 0) return;
    this.logger.warn('rules.fields-not-seen', {
      cluster,
      fields: [...new Set(blind.flatMap(({ fields }) => fields))],
      problems: blind.length,
      rules: blind.slice(0, RULES_NAMED).map(({ name }) => name),
    });
  }
}

function look(seen: Seen, fields: AttributedEvent['output_fields']): void {
  seen.events += 1;
  for (const name of Object.keys(fields)) if (seen.fields.size < MOST_FIELDS) seen.fields.add(name);
}
