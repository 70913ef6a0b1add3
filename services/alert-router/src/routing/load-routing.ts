import { type Issue, type Millis, type Result, err, ok, parseDuration } from '@whoran/kernel';
import { type Output, type OutputHost, outputKinds } from '@whoran/outputs';
import { parseRoutes } from './parse-routes.ts';
import { readYaml } from '../files/read-yaml.ts';
import type { Route } from './route-tree.ts';
import { type ReceiverEntry, RoutesFile, type RoutesFileContent } from './routing-schema.ts';

/** Bounds of what is on its way to a receiver. */
export interface QueueLimits {
  /** How many alerts wait at most where no durable bus holds them. */
  readonly size: number;
  readonly concurrency: number;
  /** How long one alert is tried, from when it was raised. */
  readonly deadline: Millis;
}

/** A receiver, ready to be sent to. */
export interface Receiver {
  readonly name: string;
  readonly output: Output;
  readonly limits: QueueLimits;
}

/** Which alert goes where. */
export interface Routing {
  readonly root: Route;
  readonly receivers: readonly Receiver[];
}

const DEFAULT_LIMITS: QueueLimits = { size: 1000, concurrency: 4, deadline: 300_000 };

/** Routing for those who have no routes file: everything to standard output. */
export const STDOUT_ROUTING = (format: 'text' | 'json'): string =>
  `route: { receiver: stdout }\nreceivers: [{ name: stdout, queue: { concurrency: 1 }, stdout: { format: ${format} } }]\n`;

/** Reads a routes file and opens its receivers. Either everything in it can be used or nothing is opened. */
export function loadRouting(text: string, host: Omit<OutputHost, 'concurrency'>): Result<Routing, readonly Issue[]> {
  const file = readYaml(text, RoutesFile);
  if (!file.ok) return file;
  const content = file.value.value as RoutesFileContent;
  const routes = parseRoutes(content);
  const issues = [...routes.issues, ...duplicates(content.receivers)];
  const receivers: Receiver[] = [];
  for (const [index, entry] of content.receivers.entries()) {
    const receiver = openReceiver(entry, `/receivers/${index}`, host);
    if (receiver.ok) receivers.push(receiver.value);
    else issues.push(...receiver.error);
  }
  if (issues.length === 0) return ok({ root: routes.root, receivers });
  for (const { output } of receivers) void output.close();
  return err(
    issues.map((issue) => file.value.locate(issue)).sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)),
  );
}

function openReceiver(entry: ReceiverEntry, at: string, host: Omit<OutputHost, 'concurrency'>): Result<Receiver, readonly Issue[]> {
  const [kind, ...others] = outputKinds.filter((candidate) => entry[candidate.kind] !== undefined);
  if (!kind || others.length > 0) {
    const message = `needs exactly one of ${outputKinds.map((candidate) => candidate.kind).join(', ')}`;
    return err([{ code: 'invalid-receiver', item: at, message }]);
  }
  const limits = limitsOf(entry.queue ?? {});
  const output = kind.open(entry[kind.kind], { ...host, concurrency: limits.concurrency });
  if (output.ok) return ok({ name: entry.name, output: output.value, limits });
  return err(output.error.map((issue) => ({ ...issue, item: `${at}/${kind.kind}${issue.item ?? ''}` })));
}

function limitsOf(queue: NonNullable<ReceiverEntry['queue']>): QueueLimits {
  return {
    size: queue.size ?? DEFAULT_LIMITS.size,
    concurrency: queue.concurrency ?? DEFAULT_LIMITS.concurrency,
    deadline: parseDuration(queue.deadline ?? '') ?? DEFAULT_LIMITS.deadline,
  };
}

function duplicates(receivers: readonly ReceiverEntry[]): Issue[] {
  return receivers.flatMap(({ name }, index) =>
    receivers.findIndex((other) => other.name === name) === index
      ? []
      : [{ code: 'invalid-receiver', item: `/receivers/${index}/name`, message: `is the name of another receiver too: "${name}"` }],
  );
}
