import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { DoctorReport, StatusReport } from '@whoran/forensics-api';
import { Clock, type Nanos, nanosOfMillis } from '@whoran/kernel';
import { doctorReport } from '../reports/doctor.ts';
import { statusReport } from '../reports/status.ts';
import { type Overview, Store } from '../store/store.ts';
import { AccessGuard } from './access.guard.ts';
import { PeriodDto } from './query.dto.ts';
import { queryPipe } from './query-pipe.ts';
import { timeOf } from './search.ts';

/** What is younger may still be incomplete: audit batches take up to 30 s, and attribution waits for them. */
const SETTLED_NS: Nanos = 120_000_000_000n;

/** Answers what comes in and whether the set-up is right. */
@ApiTags('reports')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('api/v1')
export class ReportController {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  @Get('status')
  @ApiOkResponse({ description: 'What comes in, by cluster and node.', schema: { $ref: '#/components/schemas/StatusReport' } })
  async status(@Query(queryPipe()) query: PeriodDto): Promise<StatusReport> {
    const { overview, period } = await this.read(query);
    return statusReport(overview, period);
  }

  @Get('doctor')
  @ApiOkResponse({ description: 'Checks of the set-up.', schema: { $ref: '#/components/schemas/DoctorReport' } })
  async doctor(@Query(queryPipe()) query: PeriodDto): Promise<DoctorReport> {
    const { overview, period } = await this.read(query);
    return doctorReport(overview, period);
  }

  private async read({ cluster, since }: PeriodDto): Promise<{ overview: Overview; period: { sinceNs: Nanos; nowNs: Nanos } }> {
    const now = this.clock.now();
    const nowNs = nanosOfMillis(now);
    const sinceNs = timeOf('since', since, now);
    return { overview: await this.store.overview({ cluster, sinceNs, settledNs: nowNs - SETTLED_NS }), period: { sinceNs, nowNs } };
  }
}
