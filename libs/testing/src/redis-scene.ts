import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueDevelopmentCertificates } from '@whoran/keyring';
import { type RedisClient, type RedisOptions, type RedisPlace, command, openRedis } from '@whoran/redis';
import { eventually } from './eventually.ts';
import { RecordingLogger } from './recording-logger.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

/** Encryption of servers and clients: the arguments of redis-server without dashes, and whom clients trust. */
export interface SpecTls {
  readonly files: readonly (readonly [name: string, file: string])[];
  readonly ca: string;
}

/** Redis servers, Sentinels, clusters and clients of a spec, to be closed after it, last first. */
export class RedisScene {
  private readonly ends: (() => unknown)[] = [];

  add(end: () => unknown): void {
    this.ends.push(end);
  }

  async close(): Promise<void> {
    for (let end = this.ends.pop(); end; end = this.ends.pop()) await end();
  }

  async server(options: Parameters<typeof startRedis>[0] = {}): Promise<RedisServer> {
    const server = await startRedis(options);
    this.add(() => server.kill());
    return server;
  }

  client(options: Partial<RedisOptions>, logger = new RecordingLogger()): RedisClient {
    const client = openRedis({ prefix: 'spec', ...options }, { logger });
    this.add(() => client.close());
    return client;
  }

  /** Certificates of a CA that nobody else knows. */
  async tls(): Promise<SpecTls> {
    const folder = mkdtempSync(join(tmpdir(), 'whoran-redis-tls-'));
    this.add(() => rmSync(folder, { recursive: true }));
    const made = await issueDevelopmentCertificates(folder, ['127.0.0.1', 'localhost']);
    const files = [
      ['tls-cert-file', made.certFile],
      ['tls-key-file', made.keyFile],
      ['tls-client-cert-file', made.clientCertFile],
      ['tls-client-key-file', made.clientKeyFile],
      ['tls-ca-cert-file', made.caFile],
      ['tls-auth-clients', 'no'],
      ['tls-replication', 'yes'],
      ['tls-cluster', 'yes'],
    ] as const;
    return { files, ca: readFileSync(made.caFile, 'utf8') };
  }

  /** A server that takes encrypted connections only, if so wanted. */
  async maybeTlsServer(tls: SpecTls | undefined, args: readonly string[]): Promise<RedisServer> {
    if (!tls) return this.server({ args });
    const port = await freePort();
    const tlsArgs = ['--port', '0', '--tls-port', String(port), ...tls.files.flatMap(([name, file]) => [`--${name}`, file])];
    const server = await this.server({ port, args: [...tlsArgs, ...args] });
    return { ...server, url: `rediss://127.0.0.1:${port}` };
  }

  /** A primary, a replica of it, and three sentinels that call it `primary`. */
  async sentinels(tls?: SpecTls): Promise<{ primary: RedisServer; sentinels: readonly RedisPlace[] }> {
    const primary = await this.maybeTlsServer(tls, []);
    const args = ['--replicaof', '127.0.0.1', String(primary.port), '--repl-diskless-sync-delay', '0'];
    const replica = await this.maybeTlsServer(tls, args);
    const toReplica = this.client({ url: replica.url, ...trust(tls) });
    await eventually(async () => expectText(await toReplica.send(command('INFO', 'replication')), 'master_link_status:up'));
    const sentinels = await Promise.all([1, 2, 3].map(() => this.sentinel(primary.port, tls)));
    const toSentinel = this.client({ url: `${tls ? 'rediss' : 'redis'}://127.0.0.1:${sentinels[0]?.port}`, ...trust(tls) });
    await eventually(async () => {
      const known = JSON.stringify(await toSentinel.send(command('SENTINEL', 'MASTER', 'primary')));
      expectText(known, '"num-slaves","1"');
      expectText(known, '"num-other-sentinels","2"');
    });
    return { primary, sentinels };
  }

  /** Three primaries with all slots, and a replica of the first. */
  async cluster(tls?: SpecTls): Promise<{ servers: readonly RedisServer[]; nodes: readonly RedisPlace[] }> {
    const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--repl-diskless-sync-delay', '0'];
    const servers: RedisServer[] = [];
    for (let node = 0; node < 4; node += 1) servers.push(await this.maybeTlsServer(tls, args));
    const nodes = servers.map(({ port }) => ({ host: '127.0.0.1', port }));
    const clients = servers.map(({ url }) => this.client({ url, ...trust(tls) }));
    const [first, ...others] = clients as [RedisClient, RedisClient, RedisClient, RedisClient];
    const ranges = ['0 5460', '5461 10922', '10923 16383'].map((range) => range.split(' '));
    for (const [index, range] of ranges.entries()) await clients[index]?.send(command('CLUSTER', 'ADDSLOTSRANGE', ...range));
    for (const { host, port } of nodes.slice(1)) await first.send(command('CLUSTER', 'MEET', host, port));
    const id = (await first.send(command('CLUSTER', 'MYID'))) as string;
    const replica = others[2];
    await eventually(async () => void (await replica.send(command('CLUSTER', 'REPLICATE', id))));
    for (const client of clients) {
      await eventually(async () => expectText(await client.send(command('CLUSTER', 'INFO')), 'cluster_state:ok'));
      await eventually(async () => {
        const known = String(await client.send(command('CLUSTER', 'NODES')));
        expectText(known, 'slave');
        // Messages reach the listeners of a server only once every other is linked to it.
        if (known.split(' connected').length - 1 < servers.length) throw new Error(`not all are connected: ${known}`);
      });
    }
    await eventually(async () => expectText(await replica.send(command('INFO', 'replication')), 'master_link_status:up'));
    return { servers, nodes };
  }

  private async sentinel(primary: number, tls: SpecTls | undefined): Promise<RedisPlace> {
    const folder = mkdtempSync(join(tmpdir(), 'whoran-sentinel-'));
    const port = await freePort();
    const lines = [
      ...(tls ? ['port 0', `tls-port ${port}`, ...tls.files.map((line) => line.join(' '))] : [`port ${port}`]),
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor primary 127.0.0.1 ${primary} 2`,
      'sentinel down-after-milliseconds primary 1000',
      // Sentinels that cannot agree whose turn it is try again after twice this time.
      'sentinel failover-timeout primary 2000',
    ];
    const file = join(folder, 'sentinel.conf');
    writeFileSync(file, lines.join('\n'));
    const sentinel = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => sentinel.once('exit', resolve));
    this.add(async () => {
      sentinel.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    });
    return { host: '127.0.0.1', port };
  }
}

function trust(tls: SpecTls | undefined): Partial<RedisOptions> {
  return tls ? { tls: { ca: tls.ca } } : {};
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function expectText(text: unknown, part: string): void {
  if (!String(text).includes(part)) throw new Error(`${part} is not in ${String(text)}`);
}
