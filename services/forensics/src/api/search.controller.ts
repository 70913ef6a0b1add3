import { ConflictException, Controller, Get, NotFoundException, Param, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { AlertRecord, CommandRecord, Page, SessionDetail, SessionRecord } from '@whoran/forensics-api';
import { Clock } from '@whoran/kernel';
import { processTree } from '../reports/process-tree.ts';
import { Store } from '../store/store.ts';
import { AccessGuard } from './access.guard.ts';
import { AlertsDto, CommandsDto, SessionDto, SessionsDto } from './query.dto.ts';
import { queryPipe } from './query-pipe.ts';
import { pageFrom, searchOf } from './search.ts';

/** What of one session is shown at most; docs of SessionDetail say so. */
const LIMITS = { processes: 20_000, commands: 20_000, alerts: 1000 };

/** Answers who ran what. */
@ApiTags('search')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('api/v1')
export class SearchController {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  @Get('commands')
  @ApiOkResponse({ description: 'A page of commands.', schema: { $ref: '#/components/schemas/CommandPage' } })
  async commands(@Query(queryPipe()) query: CommandsDto): Promise<Page<CommandRecord>> {
    return pageFrom(await this.store.commands(searchOf(query, this.clock.now())), query);
  }

  @Get('alerts')
  @ApiOkResponse({ description: 'A page of alerts.', schema: { $ref: '#/components/schemas/AlertPage' } })
  async alerts(@Query(queryPipe()) query: AlertsDto): Promise<Page<AlertRecord>> {
    return pageFrom(await this.store.alerts(searchOf(query, this.clock.now())), query);
  }

  @Get('sessions')
  @ApiOkResponse({ description: 'A page of sessions.', schema: { $ref: '#/components/schemas/SessionPage' } })
  async sessions(@Query(queryPipe()) query: SessionsDto): Promise<Page<SessionRecord>> {
    return pageFrom(await this.store.sessions(searchOf(query, this.clock.now())), query);
  }

  @Get('sessions/:id')
  @ApiOkResponse({ description: 'A session and what ran in it.', schema: { $ref: '#/components/schemas/SessionDetail' } })
  async session(@Param('id') id: string, @Query(queryPipe()) { cluster }: SessionDto): Promise<SessionDetail> {
    const [session, ...others] = await this.store.session(id.slice(0, 256), cluster);
    if (!session) throw new NotFoundException('no session of this id is stored; whoran sessions lists those that are');
    if (others.length > 0) {
      const names = [session, ...others].map((other) => other.cluster).join(', ');
      throw new ConflictException(`several clusters have a session of this id: add ?cluster= with one of ${names}`);
    }
    const contents = await this.store.contents(session, {
      processes: LIMITS.processes + 1,
      commands: LIMITS.commands + 1,
      alerts: LIMITS.alerts + 1,
    });
    const shown = {
      processes: contents.processes.slice(0, LIMITS.processes),
      commands: contents.commands.slice(0, LIMITS.commands),
      alerts: contents.alerts.slice(0, LIMITS.alerts),
    };
    const truncated =
      contents.processes.length > LIMITS.processes || contents.commands.length > LIMITS.commands || contents.alerts.length > LIMITS.alerts;
    return { session, ...processTree(shown), truncated };
  }
}
