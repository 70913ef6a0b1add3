import { type Issue, type Result, VirtualClock, err, ok, printIssue } from '@whoran/kernel';
import type { OutputHost } from '@whoran/outputs';
import { type ReadRoutes, type Routing, readRoutesFile } from '@whoran/routing';
import { EXIT, Failure } from '../failure.ts';
import { visible } from '../render/visible.ts';
import { readBounded } from '../rules/read-bounded.ts';
import { receiverIssues, receiverKinds } from './receiver-kinds.ts';

const MAX_FILE = 4 << 20;
/** What a receiver reads are tokens, certificates and templates. */
const MAX_SECRET = 1 << 20;

/** What became of reading a routes file: its routing if nothing is wrong, and everything that is. */
export interface LoadedRoutes {
  readonly routing?: Routing;
  readonly issues: readonly Issue[];
}

/** Reads a routes file, as the alert-router does; with `open`, its receivers are opened too. Throws Failure if it cannot be read. */
export async function loadRoutes(path: string, { open }: { readonly open: boolean }): Promise<LoadedRoutes> {
  const text = readBounded(path, MAX_FILE);
  if (!text.ok) throw new Failure(`cannot read the routes of ${path}: ${text.error}`, { status: EXIT.usage });
  const read = readRoutesFile(text.value, receiverKinds);
  if (!read.ok) return { issues: read.error };
  const { routing, locate } = read.value;
  const issues = locate([...read.value.issues, ...(open ? await openIssues(read.value) : [])]);
  return { ...(issues.length === 0 ? { routing } : {}), issues };
}

/** As loadRoutes, for commands that need routes without errors. Throws Failure that says how to see them all. */
export async function loadFaultlessRoutes(path: string): Promise<Routing> {
  const { routing, issues } = await loadRoutes(path, { open: false });
  if (routing) return routing;
  const [first] = issues;
  const problem = first ? visible(printIssue(first)) : '';
  const more = issues.length > 1 ? `, and ${issues.length - 1} more: see whoran routes check` : '';
  throw new Failure(`${visible(path)} cannot be used: ${problem}${more}`);
}

async function openIssues({ routing }: ReadRoutes): Promise<readonly Issue[]> {
  const issues: Issue[] = [];
  for (const receiver of routing.receivers) issues.push(...(await receiverIssues(receiver, host)));
  return issues;
}

const host: Omit<OutputHost, 'concurrency'> = {
  stdout: { write: () => Promise.resolve() },
  clock: new VirtualClock(),
  readFile: (path): Result<string, string> => {
    const text = readBounded(path, MAX_SECRET);
    return text.ok ? ok(text.value) : err(`names a file that cannot be read: ${text.error}`);
  },
};
