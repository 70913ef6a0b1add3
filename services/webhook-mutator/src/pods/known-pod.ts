import { recordIn, recordsIn, textIn, textsByNameIn } from '../read-value.ts';

/** A container of a pod. */
export interface KnownContainer {
  readonly name: string;
  readonly image?: string;
  /** Image reference with digest, once the container runtime has reported it. */
  readonly imageId?: string;
}

/** What is kept of a pod: the rest of the object is not needed, and there may be 150,000 of them. */
export interface KnownPod {
  readonly uid?: string;
  readonly node?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Containers of every sort; main ones first. */
  readonly containers: readonly KnownContainer[];
  /** The container that is meant when a client names none, which the API server allows for pods with a single one. */
  readonly onlyContainer?: string;
  readonly windows: boolean;
}

const SORTS = ['container', 'initContainer', 'ephemeralContainer'] as const;

/** Reads a v1 Pod. Total: what is missing or of the wrong type is left out. */
export function readPod(pod: unknown): KnownPod {
  const metadata = recordIn(pod, 'metadata');
  const spec = recordIn(pod, 'spec');
  const main = recordsIn(spec, 'containers');
  const uid = textIn(metadata, 'uid');
  const node = textIn(spec, 'nodeName');
  const onlyContainer = main.length === 1 ? textIn(main[0], 'name') : undefined;
  return {
    ...(uid === undefined ? {} : { uid }),
    ...(node === undefined ? {} : { node }),
    labels: textsByNameIn(metadata, 'labels'),
    containers: readContainers(pod),
    ...(onlyContainer === undefined ? {} : { onlyContainer }),
    windows: textIn(recordIn(spec, 'os'), 'name') === 'windows' || recordIn(spec, 'nodeSelector')['kubernetes.io/os'] === 'windows',
  };
}

function readContainers(pod: unknown): KnownContainer[] {
  const statuses = SORTS.flatMap((sort) => recordsIn(recordIn(pod, 'status'), `${sort}Statuses`));
  const imageIds = new Map(statuses.map((status) => [textIn(status, 'name'), textIn(status, 'imageID')]));
  return SORTS.flatMap((sort) => recordsIn(recordIn(pod, 'spec'), `${sort}s`)).flatMap((container) => {
    const name = textIn(container, 'name');
    const image = textIn(container, 'image');
    const imageId = imageIds.get(name);
    return name === undefined ? [] : [{ name, ...(image === undefined ? {} : { image }), ...(imageId === undefined ? {} : { imageId }) }];
  });
}
