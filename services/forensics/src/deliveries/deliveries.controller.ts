import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { DeliveryRecord, Page } from '@whoran/forensics-api';
import { Clock } from '@whoran/kernel';
import { AccessGuard } from '../api/access.guard.ts';
import { NotificationsDto } from '../api/notices.dto.ts';
import { queryPipe } from '../api/query-pipe.ts';
import { pageFrom, periodOf } from '../api/search.ts';
import { DeliveryStore } from './delivery-store.ts';

/** Answers what was said to whom, and how that ended. */
@ApiTags('notifications')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('api/v1')
export class DeliveriesController {
  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly clock: Clock,
  ) {}

  @Get('notifications')
  @ApiOkResponse({ description: 'A page of notifications and how they ended.', schema: { $ref: '#/components/schemas/NotificationPage' } })
  async list(@Query(queryPipe()) query: NotificationsDto): Promise<Page<DeliveryRecord>> {
    return pageFrom(await this.deliveries.find({ ...query, ...periodOf(query, this.clock.now()) }), query);
  }
}
