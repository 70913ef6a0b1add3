import type { ImageStrategy } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import type { ClusterLineage, SessionRecord, SharedFact } from '@whoran/lineage';

/** When an image is given up on. */
export interface ImageWatchOptions {
  readonly learnAfter: number;
  readonly learnFor: Millis;
}

interface ImageRecord {
  readonly failedPods: Set<string>;
  failures: number;
  worked: boolean;
  learnedUntil: Millis;
}

/** What one session said of its image. */
export type ImageOutcome = Omit<SharedFact & { readonly kind: 'image' }, 'kind'>;

const MAX_IMAGES = 10_000;
const MAX_PODS = 1_000;

/**
 * Watches whether injected execs produce a process, per image digest. One that never does in several pods, on nodes whose
 * Falco is alive, has no `env`; one removed `/usr/bin/env` in one pod is not enough, and one root ever seen clears it.
 */
export class ImageWatch {
  private readonly images = new Map<string, ImageRecord>();

  constructor(private readonly options: ImageWatchOptions) {}

  /** What a session that had time enough to show a root says of its image, if anything. */
  look(session: SessionRecord, lineage: ClusterLineage): ImageOutcome | undefined {
    const { imageId, namespace, pod } = session;
    if (imageId === undefined || !session.injected || !session.started) return undefined;
    if (lineage.hasRoot(session.id)) return { imageId, pod: `${namespace}/${pod}`, worked: true };
    return lineage.sees(namespace, pod) ? { imageId, pod: `${namespace}/${pod}`, worked: false } : undefined;
  }

  /** Takes in an outcome; returns whether it says anything new. */
  take({ imageId, pod, worked }: ImageOutcome): boolean {
    const image = this.imageOf(imageId);
    if (worked) {
      const isNew = !image.worked;
      image.worked = true;
      return isNew;
    }
    image.failures += 1;
    const { size } = image.failedPods;
    if (size < MAX_PODS) image.failedPods.add(pod);
    return image.failedPods.size > size;
  }

  /** What has been learned about an image, if that is new. */
  learn(imageId: string, cluster: string, now: Millis): ImageStrategy | undefined {
    const image = this.imageOf(imageId);
    if (image.worked || now < image.learnedUntil || image.failedPods.size < this.options.learnAfter) return undefined;
    image.learnedUntil = now + this.options.learnFor;
    return {
      cluster,
      imageId,
      strategy: 'none',
      failures: image.failures,
      pods: image.failedPods.size,
      learnedAt: new Date(now).toISOString(),
      expiresAt: new Date(image.learnedUntil).toISOString(),
    };
  }

  private imageOf(imageId: string): ImageRecord {
    const image = this.images.get(imageId) ?? { failedPods: new Set<string>(), failures: 0, worked: false, learnedUntil: 0 };
    if (!this.images.has(imageId) && this.images.size >= MAX_IMAGES) this.images.delete(this.images.keys().next().value ?? '');
    this.images.set(imageId, image);
    return image;
  }
}
