import type { Issue } from '@whoran/kernel';
import { type OutputHost, type OutputKind, outputKinds } from '@whoran/outputs';
import { ResponseReceiver, checkReceiver } from '@whoran/response';
import type { ReceiverKind, ReceiverSettings } from '@whoran/routing';

/** A kind of receiver whose settings can be checked without sending anything. */
interface CheckedKind extends ReceiverKind {
  /** Everything that is wrong with settings that fit the schema; secret files are read. */
  readonly check: (settings: unknown, host: OutputHost) => Promise<readonly Issue[]>;
}

const response: CheckedKind = {
  kind: 'response',
  schema: ResponseReceiver,
  // The settings have been checked against the schema by then. Whether responses are on is a setting of the router.
  check: (settings) => Promise.resolve(checkReceiver(settings as ResponseReceiver)),
};

/** Every kind of receiver that a routes file may have. */
export const receiverKinds: readonly CheckedKind[] = [...outputKinds.map(checkedKind), response];

/** What is wrong with a receiver's settings. Items are JSON pointers into the routes file. */
export async function receiverIssues(
  { at, kind: name, settings, limits }: ReceiverSettings,
  host: Omit<OutputHost, 'concurrency'>,
): Promise<readonly Issue[]> {
  const kind = receiverKinds.find((each) => each.kind === name);
  const issues = (await kind?.check(settings, { ...host, concurrency: limits.concurrency })) ?? [];
  return issues.map((issue) => ({ ...issue, item: `${at}/${name}${issue.item ?? ''}` }));
}

function checkedKind({ kind, schema, open }: OutputKind): CheckedKind {
  const check: CheckedKind['check'] = async (settings, host) => {
    const output = open(settings, host);
    if (!output.ok) return output.error;
    await output.value.close();
    return [];
  };
  return { kind, schema, check };
}
