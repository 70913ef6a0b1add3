import { storable } from './storable.ts';
import type { CommandSearch, PageOf, Search } from './store.ts';

/** Collects the conditions and values of a statement. Values only ever travel beside the text of a statement. */
export class Conditions {
  readonly values: unknown[] = [];
  private readonly parts: string[] = [];

  /** Adds a condition on a value that is given; `p` is its place in the statement. */
  on<T extends string | number | boolean | bigint>(value: T | undefined, condition: (p: string) => string): this {
    if (value !== undefined) this.parts.push(condition(this.place(value)));
    return this;
  }

  always(condition: string): this {
    this.parts.push(condition);
    return this;
  }

  /** Adds a value and answers its place. */
  place(value: string | number | boolean | bigint): string {
    this.values.push(typeof value === 'string' ? storable(value) : typeof value === 'bigint' ? value.toString() : value);
    return `$${this.values.length}`;
  }

  /** The `where` clause. */
  where(): string {
    return this.parts.length === 0 ? '' : `where ${this.parts.join('\n  and ')}`;
  }
}

/** Which columns of a table a search looks at. */
export interface SearchColumns {
  readonly time: string;
  readonly text: (pattern: string) => string;
}

/** The conditions that all searches have in common. */
export function searchConditions(search: Search, columns: SearchColumns): Conditions {
  const conditions = new Conditions()
    .on(search.cluster, (p) => `r.cluster = ${p}`)
    .on(search.namespace, (p) => `r.namespace = ${p}`)
    .on(search.pod, (p) => `r.pod = ${p}`)
    .on(search.container, (p) => `r.container = ${p}`)
    .on(search.sinceNs, (p) => `r.${columns.time} >= ${p}::bigint`)
    .on(search.untilNs, (p) => `r.${columns.time} < ${p}::bigint`)
    .on(search.text === undefined ? undefined : `%${escapeLike(search.text)}%`, columns.text);
  return onUser(conditions, search.user);
}

/** The condition on the session of an event, which may stand under either id of a session. */
export function onSession(conditions: Conditions, { session, evidence }: CommandSearch): Conditions {
  return conditions
    .on(evidence, (p) => `r.evidence = ${p}`)
    .on(
      session,
      (p) =>
        `r.session in (select ${p} union select alias from whoran.sessions where id = ${p} union select alias_of from whoran.sessions where id = ${p})`,
    );
}

/** The end of a statement for a page: what follows a position, in order. */
export function pageClause(conditions: Conditions, page: PageOf, time: string): string {
  const { after, order, limit } = page;
  if (after) {
    const [at, id] = [conditions.place(after.timeNs), conditions.place(after.id)];
    conditions.always(`(r.${time}, r.id) ${order === 'asc' ? '>' : '<'} (${at}::bigint, ${id}::text)`);
  }
  return `order by r.${time} ${order}, r.id ${order} limit ${conditions.place(limit)}`;
}

/** The condition on `user_name`. Usernames may be longer than an index takes, so their beginning is indexed and compared first. */
export function onUser(conditions: Conditions, user: string | undefined): Conditions {
  if (user === undefined) return conditions;
  const pattern = namePattern(user);
  if (pattern !== undefined) return conditions.on(pattern, (p) => `r.user_name like ${p}`);
  return conditions.on(user, (p) => `left(r.user_name, 200) = left(${p}::text, 200) and r.user_name = ${p}`);
}

/** What `like` takes for a name with `*` at an end, or nothing for a name that stands for itself. */
export function namePattern(name: string): string | undefined {
  const [before, after] = [name.startsWith('*') ? '%' : '', name.endsWith('*') ? '%' : ''];
  if (before === '' && after === '') return undefined;
  return `${before}${escapeLike(name.replace(/^\*/, '').replace(/\*$/, ''))}${after}`;
}

/** A text as a pattern that matches only itself. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
