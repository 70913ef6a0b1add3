import type { FieldRow } from './field-row.ts';

const CONTAINER: readonly FieldRow[] = [
  ['container.id', 'CHARBUF', 'The first 12 characters of the id of the container; "host" for none.'],
  ['container.full_id', 'CHARBUF', 'The id of the container.'],
  ['container.name', 'CHARBUF', 'The name of the container.'],
  ['container.image', 'CHARBUF', 'The image with its tag.'],
  ['container.image.id', 'CHARBUF', 'The id of the image.'],
  ['container.type', 'CHARBUF', 'The runtime: docker, containerd, cri-o.'],
  ['container.privileged', 'BOOL', 'Whether the container is privileged.'],
  ['container.mounts', 'CHARBUF', 'All mounts in one text.'],
  ['container.mount', 'CHARBUF', 'One mount, by index or destination.', 'index-or-key', 'required'],
  ['container.mount.source', 'CHARBUF', 'Where a mount comes from, by index or destination.', 'index-or-key', 'required'],
  ['container.mount.dest', 'CHARBUF', 'Where a mount is, by index or source.', 'index-or-key', 'required'],
  ['container.mount.mode', 'CHARBUF', 'The mode of a mount.', 'index-or-key', 'required'],
  ['container.mount.rdwr', 'CHARBUF', 'Whether a mount can be written.', 'index-or-key', 'required'],
  ['container.mount.propagation', 'CHARBUF', 'How a mount propagates.', 'index-or-key', 'required'],
  ['container.image.repository', 'CHARBUF', 'The image without its tag.'],
  ['container.image.tag', 'CHARBUF', 'The tag of the image.'],
  ['container.image.digest', 'CHARBUF', 'The digest of the image.'],
  ['container.healthcheck', 'CHARBUF', 'The command of the health check.'],
  ['container.liveness_probe', 'CHARBUF', 'The command of the liveness probe.'],
  ['container.readiness_probe', 'CHARBUF', 'The command of the readiness probe.'],
  ['container.start_ts', 'ABSTIME', 'When the container started, in nanoseconds since 1970.'],
  ['container.duration', 'RELTIME', 'Nanoseconds since the container started.'],
  ['container.ip', 'CHARBUF', 'The address of the container.'],
  ['container.cni.json', 'CHARBUF', 'What CNI said of the pod.'],
  ['container.host_pid', 'BOOL', 'Whether the container sees the processes of the node.'],
  ['container.host_network', 'BOOL', 'Whether the container shares the network of the node.'],
  ['container.host_ipc', 'BOOL', 'Whether the container shares the IPC namespace of the node.'],
  ['container.label', 'CHARBUF', 'One label of the container.', 'key', 'required'],
  ['container.labels', 'CHARBUF', 'All labels of the container.'],
  ['proc.is_container_healthcheck', 'BOOL', 'Whether the process is the health check.'],
  ['proc.is_container_liveness_probe', 'BOOL', 'Whether the process is the liveness probe.'],
  ['proc.is_container_readiness_probe', 'BOOL', 'Whether the process is the readiness probe.'],
];

const POD: readonly FieldRow[] = [
  ['k8s.pod.name', 'CHARBUF', 'The pod.'],
  ['k8s.ns.name', 'CHARBUF', 'The namespace of the pod.'],
  ['k8s.pod.id', 'CHARBUF', 'Deprecated: the first 12 characters of k8s.pod.sandbox_id.'],
  ['k8s.pod.uid', 'CHARBUF', 'The uid of the pod.'],
  ['k8s.pod.sandbox_id', 'CHARBUF', 'The first 12 characters of the id of the sandbox.'],
  ['k8s.pod.full_sandbox_id', 'CHARBUF', 'The id of the sandbox.'],
  ['k8s.pod.label', 'CHARBUF', 'One label of the pod.', 'key', 'required'],
  ['k8s.pod.labels', 'CHARBUF', 'All labels of the pod.'],
  ['k8s.pod.ip', 'CHARBUF', 'The address of the pod.'],
  ['k8s.pod.cni.json', 'CHARBUF', 'What CNI said of the pod.'],
  ['k8s.ns.id', 'CHARBUF', 'Deprecated: not filled in by Falco.'],
  ['k8s.ns.label', 'CHARBUF', 'Deprecated: not filled in by Falco.', 'key', 'required'],
  ['k8s.ns.labels', 'CHARBUF', 'Deprecated: not filled in by Falco.'],
];

const OWNERS = ['rc', 'svc', 'rs', 'deployment'].flatMap((owner): FieldRow[] => [
  [`k8s.${owner}.name`, 'CHARBUF', 'Deprecated: not filled in by Falco.'],
  [`k8s.${owner}.id`, 'CHARBUF', 'Deprecated: not filled in by Falco.'],
  [`k8s.${owner}.label`, 'CHARBUF', 'Deprecated: not filled in by Falco.', 'key', 'required'],
  [`k8s.${owner}.labels`, 'CHARBUF', 'Deprecated: not filled in by Falco.'],
]);

/** Fields of the container and its pod, which Falco's container plugin fills in. */
export const containerRows: readonly FieldRow[] = [...CONTAINER, ...POD, ...OWNERS];
