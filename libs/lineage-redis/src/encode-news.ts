import { type FalcoEvent, check, encodeJson, parseJson, topics } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { type NodeNews, type OpenEvent, encodeFact } from '@whoran/lineage';
import type { RedisArgument } from '@whoran/redis';

/** What the arguments of a commit say beside the news. */
export interface CommitOptions {
  readonly me: string;
  readonly epoch: number;
  readonly ttl: Millis;
  readonly maxGroups?: number;
  readonly maxGroupBytes?: number;
  readonly maxOpenEvents?: number;
}

/** The arguments of the script COMMIT. */
export function commitArguments(news: NodeNews, options: CommitOptions): RedisArgument[] {
  const { me, epoch, ttl, maxGroups = 100_000, maxGroupBytes = 524_288, maxOpenEvents = 20_000 } = options;
  const { since, facts, opened, closed } = news;
  const list: RedisArgument[] = [me, epoch, since === undefined ? '' : String(since), ttl, maxGroups, maxGroupBytes, maxOpenEvents];
  list.push(facts.length);
  for (const { name, keep, facts: own } of facts) list.push(name, keep, own.map(encodeFact).join('\n'));
  list.push(opened.length);
  for (const { event, arrived } of opened) list.push(event.whoran.id, encodeJson({ arrived, event }));
  list.push(closed.length, ...closed);
  return list;
}

/** Reads an open event; nothing when the text is not one of ours. */
export function decodeOpen(text: string): OpenEvent | undefined {
  const value = parseJson(text);
  if (!value.ok || typeof value.value !== 'object' || value.value === null) return undefined;
  const { arrived, event } = value.value as { readonly arrived?: unknown; readonly event?: unknown };
  const checked = check<FalcoEvent>(topics.falcoEvents.schema, event);
  return checked.ok && typeof arrived === 'number' ? { event: checked.value, arrived } : undefined;
}
