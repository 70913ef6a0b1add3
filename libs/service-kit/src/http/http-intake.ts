import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** How the intake of requests ends. */
export interface HttpIntake {
  /** From now on every connection ends with its next answer: senders that keep theirs look for another replica. */
  drain(): void;
  /** Nobody new connects; resolves when what senders bring is answered, after so many milliseconds at most. */
  close(patience: number): Promise<void>;
}

/** How long the rest of a body is waited for, milliseconds: whoever is slower than that may be slow on purpose. */
const REST_OF_BODY = 1000;

/** How long a connection may take to show its request, milliseconds: it may have been made a moment before nobody could connect. */
const FIRST_WORD = 150;

/** Milliseconds between looks at what is still under way. */
const LOOK = 20;

/**
 * Watches which requests bring something, so that they can be answered before connections are cut: Falco does not send again.
 * Those that only read are not waited for; they may be streams without an end.
 */
export function watchIntake(server: Server): HttpIntake {
  const running = new Map<IncomingMessage, ServerResponse>();
  let draining = false;
  // Before those who answer, so that the answer says that the connection ends.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (draining) response.shouldKeepAlive = false;
    if (request.method === 'GET' || request.method === 'HEAD') return;
    running.set(request, response);
    response.once('close', () => running.delete(request));
  });
  const drain = () => {
    draining = true;
    for (const response of running.values()) response.shouldKeepAlive = false;
  };
  return {
    drain,
    async close(patience) {
      drain();
      // Its end is not waited for: silent connections are cut when the application closes.
      server.close();
      const began = performance.now();
      const isExpected = (request: IncomingMessage, waited: number) => request.complete || waited < REST_OF_BODY;
      const isWorthIt = (waited: number) =>
        waited < FIRST_WORD || (waited < patience && [...running.keys()].some((request) => isExpected(request, waited)));
      while (isWorthIt(performance.now() - began)) await wait(LOOK);
    },
  };
}
