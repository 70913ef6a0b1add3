import { readFileSync } from 'node:fs';
import { type AttributedEvent, type Attribution, encodeJson, parseJson } from '@whoran/contracts';
import { parseInstant } from '@whoran/kernel';
import type { RuleEvent } from '@whoran/rules';

/** The sources of events that rules may be about. */
export const SOURCES = ['k8s_audit', 'syscall'] as const;
/** One word of SOURCES. */
export type Source = (typeof SOURCES)[number];

const RECORDING = new URL('../../../recordings/exec-a/', import.meta.url);

/** As the resolver adds it to an event of a command that somebody ran. */
const ATTRIBUTION: Attribution = {
  evidence: 'lineage',
  session: {
    id: '3b8e7f6a-5f0e-4d57-9a31-2f1c8a9d4e10',
    kind: 'exec',
    user: { username: 'ana@example.org', uid: '', groups: ['system:authenticated', 'developers'], extra: {} },
    command: ['sh', '-c', 'cat /etc/hosts'],
    container: 'api',
  },
  process: { key: 'bench/node-1/e276eb5ace70/27108/1795322976712069620', pid: 27108, vpid: 42 },
};

/** Recorded events, one JSON text each: audit events as the API server wrote them, Falco events as the resolver hands them on. */
export function recordedTexts(source: Source): readonly string[] {
  return source === 'k8s_audit' ? auditTexts() : falcoTexts();
}

function auditTexts(): readonly string[] {
  return linesOf('audit.jsonl').flatMap((line) => {
    const { items } = read(line) as { readonly items: readonly object[] };
    return items.map((item) => encodeJson(item));
  });
}

function falcoTexts(): readonly string[] {
  return linesOf('falco.jsonl').map((line, at) => {
    const whoran = { id: `bench-${at}`, cluster: 'bench', node: 'node-1', revision: 0, attribution: ATTRIBUTION };
    return encodeJson({ ...(read(line) as object), whoran });
  });
}

/** What rules are evaluated over, of what a text says. */
export function ruleEventOf(source: Source, value: unknown): RuleEvent {
  if (source === 'k8s_audit') {
    const document = value as RuleEvent['document'] & { readonly stageTimestamp: string };
    return { source, document, time: parseInstant(document.stageTimestamp) ?? 0n, hostname: 'bench' };
  }
  const { output_fields: document, time, hostname = '', whoran } = value as AttributedEvent;
  return { source, document, time: parseInstant(time) ?? 0n, hostname, attribution: whoran.attribution };
}

/** Reads a text as the product does: integers keep their digits, and nothing nests too deep. */
export function read(text: string): unknown {
  const value = parseJson(text);
  if (!value.ok) throw new Error(value.error);
  return value.value;
}

function linesOf(file: string): readonly string[] {
  return readFileSync(new URL(file, RECORDING), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
