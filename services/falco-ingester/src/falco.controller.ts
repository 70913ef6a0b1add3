import { BadRequestException, Body, Controller, Headers, HttpCode, Param, PayloadTooLargeException, Post } from '@nestjs/common';
import { Intake, type Receipt, type Source, decodeText } from '@whoran/ingest';
import { FalcoPlan } from './falco-plan.ts';
import { splitBody } from './split-body.ts';

/** Where Falco and falcosidekick post their events. Who may come in is decided before the body is read, by the gate. */
@Controller('clusters/:cluster/falco')
export class FalcoController {
  constructor(
    private readonly intake: Intake,
    private readonly plan: FalcoPlan,
  ) {}

  /** For senders that can set a header or have a client certificate. */
  @Post()
  @HttpCode(200)
  post(
    @Param('cluster') cluster: string,
    @Body() body: Buffer | undefined,
    @Headers('content-type') contentType?: string,
  ): Promise<Receipt> {
    return this.takeBody(cluster, body ?? Buffer.alloc(0), contentType);
  }

  /** For Falco's http_output, which cannot set a header: the token is the last part of the path, which the gate reads. */
  @Post(':token')
  @HttpCode(200)
  postWithToken(
    @Param('cluster') cluster: string,
    @Body() body: Buffer | undefined,
    @Headers('content-type') contentType?: string,
  ): Promise<Receipt> {
    return this.takeBody(cluster, body ?? Buffer.alloc(0), contentType);
  }

  private async takeBody(cluster: string, body: Buffer, contentType: string | undefined): Promise<Receipt> {
    const source = { cluster, endpoint: `/clusters/${cluster}/falco` };
    const text = decodeText(body);
    if (!text.ok) return this.intake.refuseBody(source, body, text.error);
    const split = splitBody(text.value, contentType);
    if (!split.ok) {
      if (split.error.reason === 'too-many') throw new PayloadTooLargeException(split.error.message);
      return this.intake.refuseBody(source, body, split.error);
    }
    if (split.value.kind === 'single') return this.takeOne(source, split.value.value, split.value.json);
    if (split.value.kind === 'lines') return this.intake.takeLines(source, split.value.lines, this.plan);
    return this.intake.take(source, split.value.items, this.plan);
  }

  /** Falco reads no answer, so a bad event is kept; the answer is for people who try the endpoint. */
  private async takeOne(source: Source, value: unknown, json: string): Promise<Receipt> {
    const receipt = await this.intake.takeOne(source, value, json, this.plan);
    if (receipt.deadLettered > 0) throw new BadRequestException(receipt.problems[0]);
    return receipt;
  }
}
