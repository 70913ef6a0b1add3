import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** Ends the intake of requests within so many milliseconds: nobody new connects, and what senders bring is answered. */
export type CloseIntake = (patience: number) => Promise<void>;

/** How long the rest of a body is waited for, milliseconds: whoever is slower than that may be slow on purpose. */
const REST_OF_BODY = 1000;

/** Milliseconds between looks at what is still under way. */
const LOOK = 20;

/**
 * Watches which requests bring something, so that they can be answered before connections are cut: Falco does not send again.
 * Those that only read are not waited for; they may be streams without an end.
 */
export function watchIntake(server: Server): CloseIntake {
  const running = new Set<IncomingMessage>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'GET' || request.method === 'HEAD') return;
    running.add(request);
    response.once('close', () => running.delete(request));
  });
  return async (patience) => {
    // Its end is not waited for: silent connections are cut when the application closes.
    server.close();
    const began = performance.now();
    const isWorthIt = (waited: number) => waited < patience && [...running].some(({ complete }) => complete || waited < REST_OF_BODY);
    while (isWorthIt(performance.now() - began)) await wait(LOOK);
  };
}
