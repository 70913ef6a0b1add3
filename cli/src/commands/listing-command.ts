import type { Command } from 'commander';
import type { ApiClient, Query } from '../api/api-client.ts';
import type { CliContext } from '../context.ts';
import { type FilterName, addExamples, addFilters, addOutput, addPaging, filterQuery, pageSize } from '../options.ts';
import { type Columns, type ListWriter, listWriter } from '../render/listing.ts';

/** What makes a command that lists something from the API. */
export interface ListingSpec<T> {
  /** What is listed, in the plural: also the name of the command, unless `command` says another one. */
  readonly name: string;
  readonly command?: string;
  /** Whether it runs when its parent is called without a command. */
  readonly isDefault?: boolean;
  readonly about: string;
  readonly path: string;
  readonly filters: readonly FilterName[];
  readonly columns: Columns<T>;
  readonly examples: Parameters<typeof addExamples>[1];
  readonly more?: string;
}

/** Adds a command that lists something, page by page. */
export function addListing<T>(program: Command, context: CliContext, spec: ListingSpec<T>): Command {
  const command = program.command(spec.command ?? spec.name, { isDefault: spec.isDefault ?? false }).description(spec.about);
  addPaging(addOutput(addFilters(command, spec.filters)));
  addExamples(command, spec.examples, spec.more);
  return command.action(() => list(command, context, spec));
}

interface ListOptions {
  readonly limit: number;
  readonly all?: boolean;
  readonly order: string;
}

async function list<T>(command: Command, context: CliContext, spec: ListingSpec<T>): Promise<void> {
  const options = command.opts<ListOptions & Record<string, unknown>>();
  const query = { ...filterQuery(options, spec.filters), order: options.order };
  const wanted = options.all ? Number.POSITIVE_INFINITY : options.limit;
  const writer = listWriter(spec.columns, context.style(command));
  const told = await writePages(context.client(command), { path: spec.path, query, wanted, writer, out: (text) => context.out(text) });
  if (told.rows === 0) context.note(`no ${spec.name.replaceAll('-', ' ')} found`);
  if (told.more) context.note('more rows: --all or --limit');
}

interface Pages<T> {
  readonly path: string;
  readonly query: Query;
  readonly wanted: number;
  readonly writer: ListWriter<T>;
  readonly out: (text: string) => Promise<void>;
}

/** Fetches and writes one page after the other, so that a list of any length takes the memory of one. */
async function writePages<T>(client: ApiClient, pages: Pages<T>): Promise<{ readonly rows: number; readonly more: boolean }> {
  let rows = 0;
  let cursor: string | undefined;
  do {
    const page = await client.page<T>(pages.path, { ...pages.query, limit: pageSize(pages.wanted - rows), cursor });
    // A list without rows has no header in a table: the note on stderr says more.
    if (page.items.length > 0) await pages.out(pages.writer.page(page.items));
    rows += page.items.length;
    cursor = page.next;
  } while (cursor !== undefined && rows < pages.wanted);
  await pages.out(pages.writer.end());
  return { rows, more: cursor !== undefined };
}
