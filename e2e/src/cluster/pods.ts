import type { Kubectl } from './kubectl.ts';

/** Images of the cluster script, which its node has and no registry does. */
const LOCAL = { image: 'localhost/debian:12', bare: 'localhost/distroless:1' };

/** How pods of the test are made on this cluster. */
export interface PodShape {
  readonly image: string;
  /** Without `env` and `sh`; absent when none is known. */
  readonly bareImage?: string;
  /** The node to run on where there is no scheduler; its pods use the node's network. */
  readonly node?: string;
}

interface Nodes {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status: { readonly images?: readonly { readonly names?: readonly string[] }[] };
  }[];
}

/** Finds out whether this is a cluster of the script, and takes its images then. */
export async function podShape(
  admin: Kubectl,
  asked: { readonly image: string | undefined; readonly bareImage: string | undefined },
): Promise<PodShape> {
  const { items } = await admin.json<Nodes>(['get', 'nodes']);
  const local = items.find(({ status }) => status.images?.some(({ names }) => names?.includes(LOCAL.image)));
  if (local && asked.image === undefined)
    return { image: LOCAL.image, bareImage: asked.bareImage ?? LOCAL.bare, node: local.metadata.name };
  return { image: asked.image ?? 'debian:12', ...(asked.bareImage === undefined ? {} : { bareImage: asked.bareImage }) };
}

/** What of a pod's specification depends on the cluster. */
export function podBasics({ node }: PodShape): object {
  const common = { automountServiceAccountToken: false, terminationGracePeriodSeconds: 0 };
  return node === undefined ? common : { ...common, nodeName: node, hostNetwork: true };
}

/** A pod with a program that ticks once a second, for as long as it is left alone. */
export function tickingPod(name: string, shape: PodShape): object {
  const container = {
    name: 'main',
    image: shape.image,
    command: ['sh', '-c', 'while true; do echo tick; sleep 1; done'],
    ...pullPolicy(shape),
    env: [{ name: 'GREETING', value: 'hello world' }],
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { ...podBasics(shape), containers: [container] },
  };
}

/** A pod of the image without `env`, which runs what the image says. */
export function barePod(name: string, image: string, shape: PodShape): object {
  const container = { name: 'main', image, ...pullPolicy(shape) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { ...podBasics(shape), containers: [container] },
  };
}

/** Never where no registry has the image. */
export function pullPolicy({ node }: PodShape): { readonly imagePullPolicy?: 'Never' } {
  return node === undefined ? {} : { imagePullPolicy: 'Never' };
}
