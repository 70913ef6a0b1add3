import { once } from 'node:events';
import { createServer } from 'node:net';
import { messageOf } from '@whoran/kernel';

/** A place that a service wants to listen on, and the setting that moves it. */
export interface WantedPort {
  readonly service: string;
  readonly host: string;
  readonly port: number;
  readonly setting: string;
}

/** Why services cannot listen where they want to, one line each; empty when all can. */
export async function busyPorts(wanted: readonly WantedPort[]): Promise<readonly string[]> {
  const problems = await Promise.all(wanted.map(problemOf));
  return problems.filter((problem) => problem !== undefined);
}

async function problemOf({ service, host, port, setting }: WantedPort): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE')
      return `${setting}: port ${port} of ${host} is in use; ${service} needs it. End what listens there, or set ${setting} to another port`;
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `WHORAN_LISTEN_HOST: this machine has no address ${host}`;
    return `${setting}: ${service} cannot listen on ${host}:${port}: ${messageOf(error)}`;
  } finally {
    server.close();
  }
}
