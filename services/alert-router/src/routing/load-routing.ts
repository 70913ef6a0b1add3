import { type Issue, type Result, err, ok } from '@whoran/kernel';
import { type Output, type OutputHost, type OutputKind, outputKinds } from '@whoran/outputs';
import { type ReceiverSettings, type Routing as RoutingSettings, readRoutesFile } from '@whoran/routing';

/** A receiver, ready to be sent to. */
export interface Receiver extends Omit<ReceiverSettings, 'at' | 'kind' | 'settings'> {
  readonly output: Output;
}

/** Which alert goes where, with receivers that are open. */
export interface Routing extends Omit<RoutingSettings, 'receivers'> {
  readonly receivers: readonly Receiver[];
}

/** Routing for those who have no routes file: everything to standard output. */
export const STDOUT_ROUTING = (format: 'text' | 'json'): string =>
  `route: { receiver: stdout }\nreceivers: [{ name: stdout, queue: { concurrency: 1 }, stdout: { format: ${format} } }]\n`;

/** Reads a routes file and opens its receivers. Either everything in it can be used or nothing is opened. */
export function loadRouting(
  text: string,
  host: Omit<OutputHost, 'concurrency'>,
  kinds: readonly OutputKind[] = outputKinds,
): Result<Routing, readonly Issue[]> {
  const file = readRoutesFile(text, kinds);
  if (!file.ok) return file;
  const { routing, locate } = file.value;
  const issues = [...file.value.issues];
  const receivers: Receiver[] = [];
  for (const settings of routing.receivers) {
    const output = openOutput(settings, host, kinds);
    if (output.ok) receivers.push({ ...settings, output: output.value });
    else issues.push(...output.error);
  }
  if (issues.length === 0) return ok({ ...routing, receivers });
  for (const { output } of receivers) void output.close();
  return err(locate(issues));
}

function openOutput(
  { at, kind: name, settings, limits }: ReceiverSettings,
  host: Omit<OutputHost, 'concurrency'>,
  kinds: readonly OutputKind[],
): Result<Output, readonly Issue[]> {
  const kind = kinds.find((each) => each.kind === name);
  if (!kind) return err([{ code: 'invalid-receiver', item: at, message: `there is no kind of receiver "${name}"` }]);
  const output = kind.open(settings, { ...host, concurrency: limits.concurrency });
  return output.ok ? output : err(output.error.map((issue) => ({ ...issue, item: `${at}/${name}${issue.item ?? ''}` })));
}
