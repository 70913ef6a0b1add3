import {
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpException,
  NotFoundException,
  Param,
  Post,
  Query,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { Clock, type Result } from '@whoran/kernel';
import { type GettableSilence, gettable } from '@whoran/routing';
import type { Static } from 'typebox';
import type { ApiCaller } from '../api/api-access.ts';
import { ApiGuard, Caller } from '../api/api.guard.ts';
import { Sent, type SentBody, readBody } from '../api/read-body.ts';
import { AlertmanagerErrors } from './alertmanager-errors.filter.ts';
import { filterSilences } from './filter-silences.ts';
import { SilenceBody, askedSilence } from './posted-silence.ts';
import { Silences } from './silences.ts';

/** Silences as Alertmanager's API v2 has them, so that amtool and other tools for it can be used. */
@UseGuards(ApiGuard)
@UseFilters(AlertmanagerErrors)
@Controller('api/v2')
export class SilencesController {
  constructor(
    private readonly silences: Silences,
    private readonly clock: Clock,
  ) {}

  @Get('silences')
  async list(@Query('filter') filter: string | readonly string[] | undefined): Promise<readonly GettableSilence[]> {
    const filters = filter === undefined ? [] : [filter].flat();
    const found = orRefuse(filterSilences(await this.silences.list(), filters.map(String)));
    const now = this.clock.now();
    return found.map((silence) => gettable(silence, now));
  }

  @Post('silences')
  @HttpCode(200)
  async set(@Sent() sent: SentBody, @Caller() caller: ApiCaller): Promise<{ readonly silenceID: string }> {
    const asked = orRefuse(askedSilence(readBody<Static<typeof SilenceBody>>(SilenceBody, sent), caller));
    const id = await this.silences.set(asked);
    if (!id.ok) throw new HttpException(id.error.message, id.error.status);
    return { silenceID: id.value };
  }

  @Get('silence/:id')
  async show(@Param('id') id: string): Promise<GettableSilence> {
    const silence = await this.silences.find(id);
    if (!silence) throw new NotFoundException('no silence has this id');
    return gettable(silence, this.clock.now());
  }

  @Delete('silence/:id')
  @HttpCode(200)
  async expire(@Param('id') id: string, @Caller() caller: ApiCaller): Promise<void> {
    if (!(await this.silences.expire(id, caller.name))) throw new NotFoundException('no silence has this id');
  }
}

function orRefuse<T>(result: Result<T, string>): T {
  if (result.ok) return result.value;
  throw new HttpException(result.error, 400);
}
