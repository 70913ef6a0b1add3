import type { ImageStrategy } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import type { ClusterLineage, SessionRecord } from '@whoran/lineage';

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

const MAX_IMAGES = 10_000;
const MAX_PODS = 1_000;

/**
 * Watches whether injected execs produce a process, per image digest. One that never does in several pods, on nodes whose
 * Falco is alive, has no `env`; one removed `/usr/bin/env` in one pod is not enough, and one root ever seen clears it.
 */
export class ImageWatch {
  private readonly images = new Map<string, ImageRecord>();

  constructor(private readonly options: ImageWatchOptions) {}

  /** Looks at a session that had time enough to show a root. Returns what was learned, if that is new. */
  look(session: SessionRecord, lineage: ClusterLineage, now: Millis): ImageStrategy | undefined {
    const { imageId } = session;
    if (imageId === undefined || !session.injected || !session.started) return undefined;
    const image = this.images.get(imageId) ?? { failedPods: new Set<string>(), failures: 0, worked: false, learnedUntil: 0 };
    if (!this.images.has(imageId) && this.images.size >= MAX_IMAGES) this.images.delete(this.images.keys().next().value ?? '');
    this.images.set(imageId, image);
    if (lineage.hasRoot(session.id)) image.worked = true;
    else if (lineage.sees(session.namespace, session.pod)) this.fail(image, session);
    if (image.worked || now < image.learnedUntil || image.failedPods.size < this.options.learnAfter) return undefined;
    image.learnedUntil = now + this.options.learnFor;
    return {
      cluster: lineage.cluster,
      imageId,
      strategy: 'none',
      failures: image.failures,
      pods: image.failedPods.size,
      learnedAt: new Date(now).toISOString(),
      expiresAt: new Date(image.learnedUntil).toISOString(),
    };
  }

  private fail(image: ImageRecord, session: SessionRecord): void {
    image.failures += 1;
    if (image.failedPods.size < MAX_PODS) image.failedPods.add(`${session.namespace}/${session.pod}`);
  }
}
