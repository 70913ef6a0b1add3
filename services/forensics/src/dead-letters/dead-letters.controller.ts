import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  NotFoundException,
  Post,
  Query,
  UnsupportedMediaTypeException,
  UseGuards,
} from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type {
  ChangeReport,
  DeadLetterDetail,
  DeadLetterRecord,
  DeadLetterSelection,
  DiscardRequest,
  Page,
  ReplayRequest,
} from '@whoran/forensics-api';
import { Clock } from '@whoran/kernel';
import { AccessGuard, ChangeGuard } from '../api/access.guard.ts';
import { DeadLetterDto, DeadLettersDto } from '../api/query.dto.ts';
import { queryPipe } from '../api/query-pipe.ts';
import { pageFrom, pageOf, timeOf } from '../api/search.ts';
import { RedactorPort } from '../redact/redactor-port.ts';
import { type Change, DeadLetterChanges } from './dead-letter-changes.ts';
import { type DeadLetterFilter, DeadLetterStore } from './dead-letter-store.ts';
import { shownPayload } from './redact-payload.ts';
import { CHANGE_SCHEMAS, readChange } from './read-change.ts';

type Schema = (typeof CHANGE_SCHEMAS)[keyof typeof CHANGE_SCHEMAS];

/** Lists what could not be processed, shows it, tries it again, or lays it aside. */
@ApiTags('dead letters')
@ApiBearerAuth()
@Controller('api/v1')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLetterStore,
    private readonly changes: DeadLetterChanges,
    private readonly redactor: RedactorPort,
    private readonly clock: Clock,
  ) {}

  @Get('dead-letters')
  @UseGuards(AccessGuard)
  @ApiOkResponse({
    description: 'A page of messages that could not be processed.',
    schema: { $ref: '#/components/schemas/DeadLetterPage' },
  })
  async list(@Query(queryPipe()) query: DeadLettersDto): Promise<Page<DeadLetterRecord>> {
    return pageFrom(await this.letters.find({ ...this.filterOf(query), ...pageOf(query) }), query);
  }

  @Get('dead-letter')
  @UseGuards(AccessGuard)
  @ApiOkResponse({ description: 'A message that could not be processed.', schema: { $ref: '#/components/schemas/DeadLetterDetail' } })
  async show(@Query(queryPipe()) { id }: DeadLetterDto): Promise<DeadLetterDetail> {
    const letter = await this.letters.detail(id);
    if (!letter) throw new NotFoundException('no dead letter of this id is stored; whoran dead-letters lists those that are');
    const { payload, reason } = letter;
    return payload === undefined ? letter : { ...letter, payload: shownPayload({ reason, payload }, this.redactor) };
  }

  @Post('dead-letters/replay')
  @HttpCode(200)
  @UseGuards(ChangeGuard)
  @ApiBody({ schema: { $ref: '#/components/schemas/ReplayRequest' } })
  @ApiOkResponse({ description: 'What was sent again.', schema: { $ref: '#/components/schemas/ChangeReport' } })
  replay(@Body() body: Buffer | undefined, @Headers('content-type') contentType?: string): Promise<ChangeReport> {
    return this.changes.replay(this.read<ReplayRequest>(CHANGE_SCHEMAS.ReplayRequest, body, contentType));
  }

  @Post('dead-letters/discard')
  @HttpCode(200)
  @UseGuards(ChangeGuard)
  @ApiBody({ schema: { $ref: '#/components/schemas/DiscardRequest' } })
  @ApiOkResponse({ description: 'What was laid aside.', schema: { $ref: '#/components/schemas/ChangeReport' } })
  discard(@Body() body: Buffer | undefined, @Headers('content-type') contentType?: string): Promise<ChangeReport> {
    return this.changes.discard(this.read<DiscardRequest>(CHANGE_SCHEMAS.DiscardRequest, body, contentType));
  }

  private read<T extends DeadLetterSelection>(schema: Schema, body: Buffer | undefined, contentType = ''): Change<T> {
    // A web page cannot send this type elsewhere without asking first, and we never answer that question.
    if (!/^application\/json\s*(;|$)/i.test(contentType)) throw new UnsupportedMediaTypeException('send JSON, as application/json');
    const request = readChange<T>(schema, body ?? Buffer.alloc(0));
    if (!request.ok) throw new BadRequestException(request.error);
    return { request: request.value, filter: this.filterOf({ state: 'open', ...request.value.filter }) };
  }

  private filterOf({
    stage,
    reason,
    topic,
    cluster,
    state,
    text,
    since,
    until,
  }: NonNullable<DeadLetterSelection['filter']>): DeadLetterFilter {
    const now = this.clock.now();
    return {
      ...{ stage, reason, topic, cluster, state, text },
      sinceNs: since === undefined ? undefined : timeOf('since', since, now),
      untilNs: until === undefined ? undefined : timeOf('until', until, now),
    };
  }
}
