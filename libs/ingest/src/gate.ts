import { type PeerCertificate, TLSSocket } from 'node:tls';
import { ForbiddenException, PayloadTooLargeException, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Caller } from './credentials.ts';
import type { CredentialsFile } from './credentials-file.ts';
import type { InFlight } from './in-flight.ts';
import type { IngestMetrics } from './ingest-metrics.ts';

interface GateParts {
  readonly credentials: CredentialsFile;
  readonly inFlight: InFlight;
  readonly metrics: IngestMetrics;
  readonly bodyLimit: number;
}

const UNKNOWN =
  'the token or client certificate is missing or not known: send `Authorization: Bearer <token>` with a token that the credentials file lists for this cluster';
const OTHER_CLUSTER =
  'this token or client certificate is for another cluster: correct the cluster in the URL, or use the credentials of this one';

/** Decides, before a body is read, whether a request may come in and whether there is room for it. */
export class Gate {
  constructor(private readonly parts: GateParts) {}

  /** Takes room for the request and says how many bytes. Throws the answer for a request that must stay out. */
  enter(cluster: string, caller: Caller, contentLength: string | undefined): number {
    const { credentials, inFlight, metrics, bodyLimit } = this.parts;
    const admission = credentials.admit(cluster, caller);
    if (admission !== 'admitted') {
      metrics.refused(admission === 'unknown' ? 'unauthorized' : 'wrong-cluster');
      throw admission === 'unknown' ? new UnauthorizedException(UNKNOWN) : new ForbiddenException(OTHER_CLUSTER);
    }
    // Without a length the body may become as long as is allowed.
    const bytes = contentLength === undefined ? bodyLimit : Number(contentLength);
    if (bytes > bodyLimit) {
      metrics.refused('too-large');
      throw new PayloadTooLargeException(
        `the body has ${bytes} bytes, and at most ${bodyLimit} are taken: send smaller batches or raise the limit`,
      );
    }
    if (!inFlight.take(cluster, bytes)) {
      metrics.refused('busy');
      throw new ServiceUnavailableException('too much is in flight: send it again later');
    }
    return bytes;
  }

  /** Gives back the room of a request. */
  leave(cluster: string, bytes: number): void {
    this.parts.inFlight.release(cluster, bytes);
  }
}

const held = Symbol('room held');
type HoldingRequest = FastifyRequest & { [held]?: { readonly cluster: string; readonly bytes: number } | undefined };

/** Puts the gate before every route that names a cluster. Call it in `prepare` of the service. */
export function placeGate(app: NestFastifyApplication): void {
  const gate = app.get(Gate);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    const { cluster, token } = (request.params ?? {}) as { cluster?: string; token?: string };
    if (cluster === undefined) return done();
    try {
      const bytes = gate.enter(cluster, callerOf(request, token), request.headers['content-length']);
      (request as HoldingRequest)[held] = { cluster, bytes };
    } catch (error) {
      if (error instanceof UnauthorizedException) void reply.header('www-authenticate', 'Bearer');
      return done(error as Error);
    }
    done();
  });
  // Every request comes by here when its work is done, also one whose sender is gone.
  fastify.addHook('onSend', (request, _reply, payload, done) => {
    const holding: HoldingRequest = request;
    if (holding[held] !== undefined) gate.leave(holding[held].cluster, holding[held].bytes);
    holding[held] = undefined;
    done(null, payload);
  });
}

function callerOf(request: FastifyRequest, token = bearerOf(request.headers.authorization)): Caller {
  const commonName = commonNameOf(request.raw.socket);
  return { ...(token === undefined ? {} : { token }), ...(commonName === undefined ? {} : { commonName }) };
}

function bearerOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^bearer +([^ ]+)$/i.exec(header)?.[1];
}

const commonNames = new WeakMap<object, string>();

/** The common name of a certificate that the CA of the settings signed. Read once per connection: it is slow. */
function commonNameOf(socket: object): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  let name = commonNames.get(socket);
  if (name === undefined) {
    // The types leave out that it is an empty object when the connection has no certificate.
    const { subject } = socket.getPeerCertificate() as Partial<PeerCertificate>;
    const found: unknown = subject?.CN;
    commonNames.set(socket, (name = typeof found === 'string' ? found : ''));
  }
  return name === '' ? undefined : name;
}
