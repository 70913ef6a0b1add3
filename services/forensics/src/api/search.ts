import { BadRequestException } from '@nestjs/common';
import type { Page } from '@whoran/forensics-api';
import type { Millis, Nanos } from '@whoran/kernel';
import type { Found, PageOf, Search } from '../store/store.ts';
import { parseCursor, printCursor } from './cursor.ts';
import type { PageDto, PlaceDto } from './query.dto.ts';
import { parseTimeParameter } from './time-parameter.ts';

/** One more than asked for is read, which tells whether there is a next page. Throws 400 for a bad cursor. */
export function pageOf({ limit, cursor, order }: PageDto): PageOf {
  const after = cursor === undefined ? undefined : parseCursor(cursor, order);
  if (cursor !== undefined && !after) throw new BadRequestException('parameter cursor: is not the `next` of a page in this order');
  return { limit: limit + 1, after, order };
}

/** The search of a query. Throws 400 for times that are none. */
export function searchOf<T extends PlaceDto>(query: T, now: Millis): T & Search {
  return { ...query, ...periodOf(query, now) };
}

/** Which page of which time. Throws 400 for a bad cursor, and for times that are none. */
export function periodOf(query: PageDto & { readonly since?: string; readonly until?: string }, now: Millis): PeriodOf {
  const { since, until } = query;
  return {
    ...pageOf(query),
    sinceNs: since === undefined ? undefined : timeOf('since', since, now),
    untilNs: until === undefined ? undefined : timeOf('until', until, now),
  };
}

interface PeriodOf extends PageOf {
  readonly sinceNs: Nanos | undefined;
  readonly untilNs: Nanos | undefined;
}

/** A time parameter. Throws 400 when it is none. */
export function timeOf(name: string, text: string, now: Millis): Nanos {
  const time = parseTimeParameter(text, now);
  if (!time.ok) throw new BadRequestException(`parameter ${name}: ${time.error}`);
  return time.value;
}

/** The page of what was found by `pageOf`. */
export function pageFrom<T>(found: readonly Found<T>[], { limit, order }: PageDto): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const next = found.length > limit && last ? printCursor(order, last.position) : undefined;
  return { items: items.map(({ record }) => record), ...(next === undefined ? {} : { next }) };
}
