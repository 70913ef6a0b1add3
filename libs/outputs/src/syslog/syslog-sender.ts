import { lookup } from 'node:dns/promises';
import { type Socket as Datagrams, createSocket } from 'node:dgram';
import { type Socket, connect as connectTcp, isIP } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { TlsMaterial } from '../settings-reader.ts';
import { untilAborted } from '../until-aborted.ts';

/** Where messages go. */
export interface SyslogPlace {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsMaterial;
}

/** Hands messages to the network. Rejects when they could not be handed over. */
export interface SyslogSender {
  send(messages: readonly Buffer[], signal: AbortSignal): Promise<void>;
  close(): void;
}

/** A connection that ended without our asking is noticed by the system after so long, milliseconds. */
const KEEP_ALIVE = 15_000;

/** Sends over one TCP or TLS connection, which is opened when it is needed and again after it broke. */
export class SyslogStream implements SyslogSender {
  private connection: Promise<Socket> | undefined;

  constructor(
    private readonly place: SyslogPlace,
    private readonly frame: (message: Buffer) => Buffer,
  ) {}

  async send(messages: readonly Buffer[], signal: AbortSignal): Promise<void> {
    // A receiver that has gone says so before we write: what is written to it would be lost without an error.
    await setImmediate();
    const connection = (this.connection ??= this.open());
    try {
      const socket = await untilAborted(connection, signal);
      await untilAborted(write(socket, Buffer.concat(messages.map(this.frame))), signal);
    } catch (error) {
      // What could not be written would otherwise wait in the connection, and once more with each attempt.
      if (this.connection === connection) this.connection = undefined;
      connection.then(
        (socket) => socket.destroy(),
        () => undefined,
      );
      throw error;
    }
  }

  close(): void {
    void this.connection?.then(
      (socket) => socket.end(),
      () => undefined,
    );
    this.connection = undefined;
  }

  private open(): Promise<Socket> {
    const opening = connect(this.place).then((socket) => {
      // Syslog never answers; a receiver that closes takes nothing more.
      const forget = (): void => {
        if (this.connection === opening) this.connection = undefined;
        socket.destroy();
      };
      socket.on('error', forget).on('end', forget).on('close', forget).resume();
      if (socket.destroyed || socket.readableEnded) forget();
      return socket;
    });
    return opening;
  }
}

function connect({ host, port, tls }: SyslogPlace): Promise<Socket> {
  const options = { host, port, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE, noDelay: true };
  return new Promise((resolve, reject) => {
    const socket = tls ? connectTls({ ...options, ...(isIP(host) ? {} : { servername: host }), ...tls }) : connectTcp(options);
    const ready = tls ? 'secureConnect' : 'connect';
    socket.once('error', reject).once(ready, () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.destroyed) reject(new Error('the connection was closed by the receiver'));
    else socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** Sends datagrams, whose arrival nobody confirms. The name is looked up for every one. */
export class SyslogDatagrams implements SyslogSender {
  private readonly sockets = new Map<number, Datagrams>();

  constructor(private readonly place: SyslogPlace) {}

  async send(messages: readonly Buffer[], signal: AbortSignal): Promise<void> {
    const { address, family } = await untilAborted(lookup(this.place.host), signal);
    for (const message of messages) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.socketOf(family).send(message, this.place.port, address, (error) => (error ? reject(error) : resolve()));
      await untilAborted(promise, signal);
    }
  }

  close(): void {
    for (const socket of this.sockets.values()) socket.close();
    this.sockets.clear();
  }

  private socketOf(family: number): Datagrams {
    const known = this.sockets.get(family);
    if (known) return known;
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4').on('error', () => this.sockets.delete(family));
    socket.unref();
    this.sockets.set(family, socket);
    return socket;
  }
}

/** A message with its length before it, as RFC 5425 and 6587 want. */
export function octetCounted(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

/** A message with a line break behind it, for receivers that do not count. */
export function newlineEnded(message: Buffer): Buffer {
  return Buffer.concat([message, Buffer.from('\n')]);
}
