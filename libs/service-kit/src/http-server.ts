import { readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Server as TlsServer } from 'node:tls';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type Logger, messageOf } from '@whoran/kernel';
import type { HttpOptions, TlsFiles } from './http-settings.ts';
import type { Shutdown } from './shutdown.ts';

/** How long a client may take to send a request, milliseconds. Slower ones are attacks or broken. */
const REQUEST_TIMEOUT = 30_000;

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
    ...(tls ? { https: { ...readPem(tls), requestCert: tls.clientCaFile !== undefined, rejectUnauthorized: options.requireClientCertificate ?? false } } : {}),
  };
  // Fastify's types want one server class; which one it makes depends on `https` at run time.
  const adapter = new FastifyAdapter(fastifyOptions as AdapterOptions) as unknown as FastifyAdapter;
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request: unknown, body: unknown, done: (error: null, body: unknown) => void) => done(null, body));
  return adapter;
}

type AdapterOptions = ConstructorParameters<typeof FastifyAdapter>[0];

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
  const watchers = [...new Set([tls.certFile, tls.keyFile].map(dirname))].map((folder) =>
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
  return { cert: readFileSync(certFile), key: readFileSync(keyFile), ...(clientCaFile === undefined ? {} : { ca: readFileSync(clientCaFile) }) };
}
