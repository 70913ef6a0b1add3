import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Health } from './health.ts';
import { Metrics } from '../metrics.ts';

interface Reply {
  status(code: number): Reply;
  type(mime: string): Reply;
  send(body: string): void;
}

/** What Kubernetes and Prometheus ask every service, under the names that the API server itself uses. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly health: Health,
    private readonly metrics: Metrics,
  ) {}

  @Get('livez')
  async livez(@Res() reply: Reply): Promise<void> {
    answer(reply, await this.health.fatalities());
  }

  @Get('readyz')
  async readyz(@Res() reply: Reply): Promise<void> {
    answer(reply, await this.health.problems());
  }

  @Get('metrics')
  async prometheus(@Res() reply: Reply): Promise<void> {
    reply
      .status(200)
      .type(this.metrics.registry.contentType)
      .send(await this.metrics.registry.metrics());
  }
}

function answer(reply: Reply, problems: readonly string[]): void {
  const isWell = problems.length === 0;
  reply
    .status(isWell ? 200 : 503)
    .type('text/plain; charset=utf-8')
    .send(isWell ? 'ok\n' : `${problems.join('\n')}\n`);
}
