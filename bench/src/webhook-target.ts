/** A process that serves the webhook, or with `echo` a handler that only gives back what it got, on the same server stack. */
import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { InProcessBus } from '@whoran/bus';
import { topics } from '@whoran/contracts';
import { SilentLogger } from '@whoran/kernel';
import { CommonConfig, type ServiceDefinition, SystemClock, startService } from '@whoran/service-kit';
import { WebhookMutatorConfig, webhookMutator } from '@whoran/webhook-mutator';

/** What the parent process asks for. */
export interface Target {
  readonly kind: 'webhook' | 'echo';
  readonly keys: string;
  readonly tls: { readonly tlsCert: string; readonly tlsKey: string; readonly clientCa: string };
}

@Controller()
class Echo {
  @Post('mutate')
  @HttpCode(200)
  @Header('content-type', 'application/json')
  echo(@Body() body: Buffer): string {
    return body.toString();
  }
}

process.on('message', (target: Target) => void serve(target).then((url) => process.send?.(url)));

async function serve({ kind, keys, tls }: Target): Promise<string> {
  const clock = new SystemClock();
  const bus = new InProcessBus(clock);
  const platform = { bus, clock, logger: new SilentLogger() };
  const config = Object.assign(new WebhookMutatorConfig(), { cluster: 'bench', port: 0, keys, ...tls });
  if (kind === 'webhook') {
    await bus.subscribe({ group: 'bench', topic: topics.execSessions, handle: async () => {} });
    return (await startService(webhookMutator, config, platform)).url;
  }
  const echo: ServiceDefinition<CommonConfig> = {
    name: 'echo',
    config: CommonConfig,
    module: () => ({ module: class EchoModule {}, controllers: [Echo] }),
    http: () => webhookMutator.http(config),
  };
  return (await startService(echo, new CommonConfig(), platform)).url;
}
