import { readFileSync } from 'node:fs';
import { type Topic, encodeJson, parseJson, topics } from '@whoran/contracts';

/** What is measured. */
export const CASES = ['falco-single', 'falco-ndjson', 'audit'] as const;
/** One word of CASES. */
export type Case = (typeof CASES)[number];

/** What a case sends, and where. */
export interface Sending {
  readonly service: 'falco-ingester' | 'audit-ingester';
  readonly topic: Topic<unknown>;
  readonly contentType: string;
  readonly eventsPerBody: number;
  readonly connections: number;
  /** Events a second. */
  readonly goal: number;
}

/** Falco sends one event a request and waits for the answer, so that a connection is a node; an API server sends few big batches. */
export const SENDINGS: Readonly<Record<Case, Sending>> = {
  'falco-single': {
    service: 'falco-ingester',
    topic: topics.falcoEvents,
    contentType: 'application/json',
    eventsPerBody: 1,
    connections: 128,
    goal: 5000,
  },
  'falco-ndjson': {
    service: 'falco-ingester',
    topic: topics.falcoEvents,
    contentType: 'application/x-ndjson',
    eventsPerBody: 100,
    connections: 24,
    goal: 20_000,
  },
  audit: {
    service: 'audit-ingester',
    topic: topics.auditEvents,
    contentType: 'application/json',
    eventsPerBody: 400,
    connections: 4,
    goal: 4000,
  },
};

const NODES = 16;

/** The recorded events of a case as texts, those of Falco dealt to some nodes. */
export function recordedEvents(name: Case): readonly string[] {
  const recording = new URL(`../../../recordings/exec-a/${name === 'audit' ? 'audit' : 'falco'}.jsonl`, import.meta.url);
  const lines = readFileSync(recording, 'utf8').trim().split('\n');
  if (name !== 'audit') return lines.map((line, index) => line.replace('"hostname":"vm"', `"hostname":"node-${index % NODES}"`));
  return lines.flatMap((line) => {
    const list = parseJson(line);
    return list.ok ? (list.value as { readonly items: readonly unknown[] }).items.map(encodeJson) : [];
  });
}

/** Bodies of a case, each with the next events of the recording. */
export function bodiesOf(name: Case): readonly string[] {
  const events = recordedEvents(name);
  const { eventsPerBody } = SENDINGS[name];
  const count = Math.max(8, Math.ceil(events.length / eventsPerBody));
  return Array.from({ length: count }, (_, body) => {
    const own = Array.from({ length: eventsPerBody }, (_unused, at) => events[(body * eventsPerBody + at) % events.length] ?? '');
    return name === 'audit'
      ? `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${own.join(',')}]}`
      : own.join('\n');
  });
}
