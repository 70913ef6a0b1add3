import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Health } from './health.ts';
import { Metrics } from './metrics.ts';

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
  @Header('content-type', 'text/plain; charset=utf-8')
  livez(): string {
    return 'ok\n';
  }

  @Get('readyz')
  async readyz(@Res() reply: Reply): Promise<void> {
    const problems = await this.health.problems();
    reply
      .status(problems.length === 0 ? 200 : 503)
      .type('text/plain; charset=utf-8')
      .send(problems.length === 0 ? 'ok\n' : `${problems.join('\n')}\n`);
  }

  @Get('metrics')
  async prometheus(@Res() reply: Reply): Promise<void> {
    reply
      .status(200)
      .type(this.metrics.registry.contentType)
      .send(await this.metrics.registry.metrics());
  }
}
