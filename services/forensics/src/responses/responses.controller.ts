import { Controller, Get, NotFoundException, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Page, ResponseDetail, ResponseRecord } from '@whoran/forensics-api';
import { Clock } from '@whoran/kernel';
import { AccessGuard } from '../api/access.guard.ts';
import { ResponseDto, ResponsesDto } from '../api/notices.dto.ts';
import { queryPipe } from '../api/query-pipe.ts';
import { pageFrom, periodOf } from '../api/search.ts';
import { ResponseStore } from './response-store.ts';

/** States of one response that are shown; docs of ResponseDetail say so. */
const MAX_HISTORY = 1000;

/** Answers what was done about users, by whom, and what became of it. */
@ApiTags('responses')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('api/v1')
export class ResponsesController {
  constructor(
    private readonly responses: ResponseStore,
    private readonly clock: Clock,
  ) {}

  @Get('responses')
  @ApiOkResponse({ description: 'A page of responses, as they stand.', schema: { $ref: '#/components/schemas/ResponsePage' } })
  async list(@Query(queryPipe()) query: ResponsesDto): Promise<Page<ResponseRecord>> {
    return pageFrom(await this.responses.find({ ...query, ...periodOf(query, this.clock.now()) }), query);
  }

  @Get('response')
  @ApiOkResponse({
    description: 'A response and every state that it was in.',
    schema: { $ref: '#/components/schemas/ResponseDetail' },
  })
  async show(@Query(queryPipe()) { id }: ResponseDto): Promise<ResponseDetail> {
    const history = await this.responses.history(id, MAX_HISTORY);
    const response = history.at(-1);
    if (!response) throw new NotFoundException('no response of this id is stored; whoran responses lists those that are');
    return { response, history };
  }
}
