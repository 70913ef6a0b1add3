import type { AuditEvent, ExecSession } from '@whoran/contracts';
import { type KubernetesObject, objectIn, textIn, textsIn } from './kubernetes-object.ts';

/** Which pod a request about a pod is for; nothing when the event does not say. */
export function podOf(event: AuditEvent): Pick<ExecSession, 'namespace' | 'pod' | 'podUid' | 'node'> | undefined {
  const made = objectIn(event.responseObject);
  const metadata = objectIn(made['metadata']);
  const namespace = event.objectRef?.namespace ?? textIn(metadata['namespace'], 253);
  // With generateName, only the answer has the name.
  const pod = event.objectRef?.name ?? textIn(metadata['name'], 253);
  if (namespace === undefined || pod === undefined) return undefined;
  const podUid = event.objectRef?.uid ?? textIn(metadata['uid'], 128);
  const node = textIn(objectIn(made['spec'])['nodeName'], 253);
  return { namespace, pod, ...(podUid === undefined ? {} : { podUid }), ...(node === undefined ? {} : { node }) };
}

/** What runs in a container of a pod specification. */
export function containerOf(container: KubernetesObject): Pick<ExecSession, 'image' | 'command' | 'tty' | 'stdin'> {
  const image = textIn(container['image'], 1024);
  const command = [...textsIn(container['command']), ...textsIn(container['args'])].slice(0, 100_000);
  return {
    ...(image === undefined ? {} : { image }),
    ...(command.length === 0 ? {} : { command: command.map((word) => word.slice(0, 1_048_576)) }),
    tty: container['tty'] === true,
    stdin: container['stdin'] === true,
  };
}
