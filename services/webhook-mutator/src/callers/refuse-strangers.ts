import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Clock, Logger } from '@whoran/kernel';
import { WebhookMetrics } from '../metrics.ts';
import { type Caller, Callers } from './callers.ts';

/** Milliseconds between log lines: who may not call decides how often it is tried. */
const WARN_EVERY = 60_000;
/** What probes and Prometheus ask, without identifying themselves. */
const OPEN_ROUTES: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics']);

/**
 * Answers 403 to strangers before their body is read: a guard of Nest would come after up to 7 MiB of it. The path is not
 * logged, because it may be nearly the secret one.
 */
export function refuseStrangers(app: NestFastifyApplication): void {
  const callers = app.get(Callers);
  const metrics = app.get(WebhookMetrics);
  const warn = rarely(app.get(Clock), app.get(Logger));
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', async (request, reply) => {
    // The route that was matched, and not the path as written: there are many ways to write a path.
    const route = request.routeOptions.url;
    if (route === undefined || OPEN_ROUTES.has(route)) return;
    const { secret } = request.params as { readonly secret?: string };
    if (callers.mayCall({ socket: request.raw.socket as unknown as Caller['socket'], secret })) return;
    metrics.admissions.inc({ kind: 'unreadable', outcome: 'unauthenticated' });
    warn(request.socket.remoteAddress);
    const message = 'only the API server may call this webhook: present a client certificate of the configured CA, or use the secret path';
    await reply
      .code(403)
      .type('application/json')
      .send(JSON.stringify({ error: { code: 'HTTP_403', message } }));
  });
}

function rarely(clock: Clock, logger: Logger): (address: string | undefined) => void {
  let last = -Infinity;
  return (address) => {
    if (clock.now() - last < WARN_EVERY) return;
    last = clock.now();
    logger.warn('webhook.stranger', { address });
  };
}
