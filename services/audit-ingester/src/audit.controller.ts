import { BadRequestException, Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Intake, type Receipt, decodeBody } from '@whoran/ingest';
import { AuditPlan } from './audit-plan.ts';
import { isSingleEvent } from './audit-events.ts';

/** Where API servers post their audit events. Who may come in is decided before the body is read, by the gate. */
@Controller('clusters/:cluster/audit')
export class AuditController {
  constructor(
    private readonly intake: Intake,
    private readonly plan: AuditPlan,
  ) {}

  /** Answers when the events are safe. Bad items of a list are kept as dead letters and do not reject the list. */
  @Post()
  @HttpCode(200)
  async post(@Param('cluster') cluster: string, @Body() sent: Buffer | undefined): Promise<Receipt> {
    const body = sent ?? Buffer.alloc(0);
    const source = { cluster, endpoint: `/clusters/${cluster}/audit` };
    const value = decodeBody(body);
    if (!value.ok) return this.intake.refuseBody(source, body, value.error);
    const items = this.plan.items(value.value);
    if (!items.ok) return this.intake.refuseBody(source, body, { reason: 'wrong-kind', message: items.error });
    const receipt = await this.intake.take(source, items.value, this.plan);
    if (receipt.deadLettered > 0 && isSingleEvent(value.value)) throw new BadRequestException(receipt.problems[0]);
    return receipt;
  }
}
