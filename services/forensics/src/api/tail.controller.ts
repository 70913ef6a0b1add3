import type { ServerResponse } from 'node:http';
import { Controller, Get, Query, Res, ServiceUnavailableException, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { TailLine } from '@whoran/forensics-api';
import { Clock } from '@whoran/kernel';
import { Shutdown } from '@whoran/service-kit';
import { type Following, TailHub } from '../tail-hub.ts';
import { AccessGuard } from './access.guard.ts';
import { matchesCommand } from './matches-command.ts';
import { TailDto } from './query.dto.ts';
import { queryPipe } from './query-pipe.ts';

/** Milliseconds between heartbeats: shorter than the idle limit of usual proxies. */
const HEARTBEAT = 15_000;

interface Reply {
  readonly raw: ServerResponse;
  hijack(): void;
}

/** Streams commands as they are stored by this process. */
@ApiTags('search')
@ApiBearerAuth()
@UseGuards(AccessGuard)
@Controller('api/v1')
export class TailController {
  private readonly open = new Set<ServerResponse>();

  constructor(
    private readonly hub: TailHub,
    private readonly clock: Clock,
    shutdown: Shutdown,
  ) {
    shutdown.add('tail', () => {
      for (const response of this.open) response.end();
    });
  }

  @Get('tail')
  @ApiOkResponse({
    description: 'Commands as they come, one JSON object a line.',
    content: { 'application/x-ndjson': { schema: { $ref: '#/components/schemas/TailLine' } } },
  })
  tail(@Query(queryPipe()) query: TailDto, @Res() reply: Reply): void {
    const response = reply.raw;
    // Nothing is published before this returns, so the hub never wakes a pump that is not there yet.
    const following = this.hub.follow({ wants: (command) => matchesCommand(query, command), wake: () => pump() });
    if (!following) throw new ServiceUnavailableException('too many callers follow already; try again later');
    const pump = () => flush(response, following);
    reply.hijack();
    response.writeHead(200, {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const stopBeating = this.beat(response);
    this.open.add(response);
    response.on('drain', pump);
    response.on('close', () => {
      stopBeating();
      following.leave();
      this.open.delete(response);
    });
  }

  /** The first beat tells at once that the stream is open. */
  private beat(response: ServerResponse): () => void {
    let cancel = () => {};
    const next = () => {
      if (!response.writableNeedDrain) write(response, { type: 'heartbeat', time: new Date(this.clock.now()).toISOString() });
      cancel = this.clock.schedule(HEARTBEAT, next);
    };
    next();
    return () => cancel();
  }
}

/** Writes while the caller keeps up; the hub holds a bounded number of commands meanwhile. */
function flush(response: ServerResponse, following: Following): void {
  while (!response.writableNeedDrain && !response.writableEnded) {
    const dropped = following.takeDropped();
    if (dropped > 0) write(response, { type: 'dropped', count: dropped });
    const command = following.next();
    if (!command) return;
    write(response, { type: 'command', command });
  }
}

function write(response: ServerResponse, line: TailLine): void {
  response.write(`${JSON.stringify(line)}\n`);
}
