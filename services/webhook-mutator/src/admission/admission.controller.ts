import { BadRequestException, Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { WebhookMetrics } from '../metrics.ts';
import { type Admission, Admissions } from './admissions.ts';
import { complete } from './admission-response.ts';
import { decodeReview } from './decode-review.ts';

/**
 * The longest body, bytes. As in controller-runtime: etcd takes objects of 1.5 MiB by default, and at most about 3 MiB once
 * JSON; a review has the object and its old form, 6 MiB, and 1 MiB is left for the rest.
 */
export const MAX_BODY = 7 * 1024 * 1024;

/** Where the API server calls. The path with a secret is for API servers that present no certificate. */
@Controller()
export class AdmissionController {
  constructor(
    private readonly admissions: Admissions,
    private readonly metrics: WebhookMetrics,
  ) {}

  @Post(['mutate', 'mutate/:secret'])
  @HttpCode(200)
  @Header('content-type', 'application/json')
  async mutate(@Body() body: Uint8Array | undefined): Promise<string> {
    const began = performance.now();
    const review = decodeReview(body ?? new Uint8Array());
    if (review.ok) return this.conclude(review.value.uid, await this.admissions.admit(review.value), began);
    const { message, uid } = review.error;
    if (uid !== undefined) return this.conclude(uid, this.admissions.fail(message, 'unreadable'), began);
    this.metrics.admissions.inc({ kind: 'unreadable', outcome: 'bad-request' });
    throw new BadRequestException(message);
  }

  private conclude(uid: string, { answer, kind, outcome }: Admission, began: number): string {
    this.metrics.admissions.inc({ kind, outcome });
    this.metrics.seconds.observe({ kind }, (performance.now() - began) / 1000);
    return complete(uid, answer);
  }
}
