import { readFileSync, watch } from 'node:fs';
import type { Server as NetServer, Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Server as TlsServer } from 'node:tls';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type Logger, messageOf } from '@whoran/kernel';
import type { HttpOptions, TlsFiles } from './http-settings.ts';
import type { Shutdown } from '../shutdown.ts';

/** How long a client may take to send a request, milliseconds. Slower ones are attacks or broken. */
const REQUEST_TIMEOUT = 30_000;

/** How long a client may take to agree on a TLS connection, milliseconds. */
const HANDSHAKE_TIMEOUT = 10_000;

/** How long a part of a path may be: names of Kubernetes objects have up to 253 characters, tokens in a path up to 256. */
const MAX_PARAMETER = 256;

/** Fastify as our services use it: bodies arrive as bytes, so that decoding has one door and no digit is lost. */
export function createHttpAdapter(options: HttpOptions): FastifyAdapter {
  const { tls } = options;
  const fastifyOptions = {
    bodyLimit: options.bodyLimit,
    requestTimeout: REQUEST_TIMEOUT,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PARAMETER },
    frameworkErrors: answerBadRequest,
    ...(tls ? { https: tlsOptions(tls, options) } : {}),
  };
  // Fastify's types want one server class; which one it makes depends on `https` at run time.
  const adapter = new FastifyAdapter(fastifyOptions as AdapterOptions) as unknown as FastifyAdapter;
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request: unknown, body: unknown, done: (error: null, body: unknown) => void) =>
    done(null, body),
  );
  if (tls) cutHandshakesOnClose(adapter);
  return adapter;
}

type AdapterOptions = ConstructorParameters<typeof FastifyAdapter>[0];

interface Reply {
  status(code: number): Reply;
  type(mime: string): Reply;
  send(body: string): void;
}

/** Answers what fails before a request has a route, and so before our filter: a path that is no URL, or too long. */
function answerBadRequest(error: Error & { readonly code: string; readonly statusCode?: number }, _request: unknown, reply: Reply): void {
  reply
    .status(error.statusCode ?? 400)
    .type('application/json')
    .send(JSON.stringify({ error: { code: error.code, message: error.message } }));
}

function tlsOptions(tls: TlsFiles, { requireClientCertificate = false }: HttpOptions) {
  const requestCert = tls.clientCaFile !== undefined;
  return { ...readPem(tls), requestCert, rejectUnauthorized: requireClientCertificate, handshakeTimeout: HANDSHAKE_TIMEOUT };
}

/** Node closes HTTP connections by force, but would wait for those that say nothing and so never became any. */
function cutHandshakesOnClose(adapter: FastifyAdapter): void {
  const sockets = new Set<Socket>();
  const server: NetServer = adapter.getHttpServer();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  adapter.getInstance().addHook('preClose', async () => {
    for (const socket of sockets) socket.destroy();
  });
}

/** Uses a new certificate as soon as its files change; a bad one is logged and the old one stays. */
export function reloadTls(server: TlsServer, tls: TlsFiles, shutdown: Shutdown, logger: Logger): void {
  let timer: NodeJS.Timeout | undefined;
  const reload = () => {
    try {
      server.setSecureContext(readPem(tls));
      logger.info('tls.reloaded', { file: tls.certFile });
    } catch (error) {
      logger.error('tls.reload-failed', { file: tls.certFile, error: messageOf(error) });
    }
  };
  // Kubernetes replaces mounted secrets by renaming a directory link, so the folder is watched and not the file.
  const folders = new Set(Object.values<string>({ ...tls }).map(dirname));
  const watchers = [...folders].map((folder) =>
    watch(folder, () => {
      clearTimeout(timer);
      timer = setTimeout(reload, 200);
    }),
  );
  shutdown.add('tls-watch', () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  });
}

function readPem({ certFile, keyFile, clientCaFile }: TlsFiles) {
  return {
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
    ...(clientCaFile === undefined ? {} : { ca: readFileSync(clientCaFile) }),
  };
}
