import type { AttributedEvent, ExecSession } from '@whoran/contracts';
import { printInstant } from '@whoran/kernel';
import { anAttributedEvent } from '@whoran/testing';
import { eventRow } from '../intake/event-rows.ts';
import { processRow } from '../intake/process-rows.ts';
import { reportRow } from '../intake/report-rows.ts';
import type { CommandSearch, Store } from '../store/store.ts';

/** When everything is stored. */
export const NOW = Date.parse('2026-01-01T12:00:00Z');
const unredacted = { text: (text: string) => text, argv: (argv: readonly string[]) => argv };
/** Rows are made as they are: what redaction does has its own specs. */
export const intake = { redactor: unredacted, now: NOW };
/** The newest hundred. */
export const LIST = { limit: 100, order: 'desc' } as const;

let lastId = 0;
/** A word that no other spec uses, so that all share one database. */
export const unique = (word: string) => `${word}-${(lastId += 1)}`;

interface Different {
  readonly id?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly session?: string;
  readonly line?: string;
  readonly time?: string;
  readonly revision?: number;
  readonly evidence?: 'root' | 'lineage' | 'none';
  readonly fields?: AttributedEvent['output_fields'];
  readonly rule?: string;
  readonly tags?: string[];
}

/** A program start; each has a time and process of its own. */
export function aCommand(different: Different = {}): AttributedEvent {
  const event = anAttributedEvent();
  const at = BigInt(Date.parse('2026-01-01T10:00:00Z')) * 1_000_000n + BigInt((lastId += 1));
  const { cluster = 'test', session = 's', user = 'jane@example.com', evidence = 'root' } = different;
  const known = evidence === 'none' ? {} : { session: { id: session, kind: 'exec' as const, user: { username: user, groups: ['sre'] } } };
  return {
    ...event,
    time: different.time ?? printInstant(at),
    rule: different.rule ?? event.rule,
    tags: different.tags ?? ['lineage'],
    output_fields: { ...event.output_fields, 'proc.cmdline': different.line ?? 'id', ...different.fields },
    whoran: {
      ...event.whoran,
      id: different.id ?? unique('event'),
      cluster,
      revision: different.revision ?? 0,
      attribution: { evidence, ...known, process: { key: `${cluster}/p/${at}`, pid: 1000 } },
    },
  };
}

/** A store in a suite; it is opened before the first spec. */
export interface StoreInSuite {
  readonly store: Store;
  save(...events: readonly AttributedEvent[]): Promise<void>;
  report(...reports: readonly ExecSession[]): Promise<void>;
  /** Command lines of what a search finds. */
  lines(search: Partial<CommandSearch>): Promise<readonly string[]>;
}

/** The store with what suites do with it. */
export function storeInSuite(open: () => Store): StoreInSuite {
  return {
    get store() {
      return open();
    },
    save: (...events) =>
      open().saveEvents(
        events.map((event) => eventRow(event, intake)),
        events.flatMap((event) => processRow(event, NOW) ?? []),
      ),
    report: (...reports) => open().saveReports(reports.map((one) => reportRow(one, intake))),
    lines: async (search) => (await open().commands({ ...LIST, ...search })).map(({ record }) => record.commandLine),
  };
}
