import { once } from 'node:events';
import { createServer } from 'node:http';
import { request as post } from 'node:https';

/** An API server that posts to one fixed address, whatever its path and without a token of ours. */
export interface AuditDoor {
  close(): Promise<void>;
}

/** The audit-ingester's endpoint, the token for it, and the CA of its certificate (PEM). */
export interface AuditTarget {
  readonly url: string;
  readonly token: string;
  readonly ca: string;
}

/**
 * Hands what is posted to a port on to the audit-ingester, as its path and token want it: a cluster that is there already
 * posts where it was told to when it was made. Rejects when the port is taken.
 */
export async function openAuditDoor(door: { readonly host: string; readonly port: number }, target: AuditTarget): Promise<AuditDoor> {
  const headers = { authorization: `Bearer ${target.token}`, 'content-type': 'application/json' };
  const server = createServer((request, response) => {
    const onward = post(target.url, { method: 'POST', headers, ca: target.ca }, (answer) => {
      answer.resume();
      response.writeHead(answer.statusCode ?? 502).end();
    });
    onward.on('error', () => response.writeHead(502).end()); // the API server posts it again
    request.pipe(onward);
  });
  server.listen(door.port, door.host);
  await once(server, 'listening');
  return {
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
