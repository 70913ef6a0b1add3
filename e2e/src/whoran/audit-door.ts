import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';

/** An API server that posts to one fixed address, whatever its path and without a token of ours. */
export interface AuditDoor {
  close(): Promise<void>;
}

/**
 * Hands what is posted to a port on to the audit-ingester, as its path and token want it: a cluster that is there already
 * posts where it was told to when it was made. Rejects when the port is taken.
 */
export async function openAuditDoor(door: { readonly host: string; readonly port: number }, target: { readonly url: string; readonly token: string }): Promise<AuditDoor> {
  const server = createServer((request, response) => {
    const headers = { authorization: `Bearer ${target.token}`, 'content-type': 'application/json' };
    fetch(target.url, { method: 'POST', headers, body: Readable.toWeb(request) as ReadableStream, duplex: 'half' }).then(
      ({ status }) => response.writeHead(status).end(),
      () => response.writeHead(502).end(), // the API server posts it again
    );
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
