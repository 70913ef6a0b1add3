import { encodeJson, parseJson } from '@whoran/contracts';
import type { Page } from '@whoran/forensics-api';
import { type Asked as Peer, FORENSICS, type ServiceWords, notOurs, refusal, shownServer, unreachable, wasCut } from './api-failures.ts';
import { readChunks, readLines } from './read-body.ts';
import { type Watch, startWatch } from './watch.ts';

/** Where a service is, and how to be let in. */
export interface Connection {
  /** Such as http://127.0.0.1:8080, without a slash at the end. */
  readonly server: string;
  /** Which one it is; forensics unless said otherwise. */
  readonly service?: ServiceWords | undefined;
  readonly token?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that a connection or an answer may stand still. */
  readonly timeout?: number;
}

/** Parameters of a request; what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The door to the HTTP API. Every failure is a Failure that says what to do; an abort from outside stays what it is. */
export interface ApiClient {
  /** One JSON object. */
  get<T extends object>(path: string, query?: Query): Promise<T>;
  /** One JSON object, for a body that asks for a change. Asking twice must do no more than once: a cut connection is tried again. */
  post<T extends object>(path: string, body: object): Promise<T>;
  /** Deletes something; asking twice must do no more than once. */
  remove(path: string): Promise<void>;
  /** One page of a list. */
  page<T>(path: string, query: Query): Promise<Page<T>>;
  /** Opens a stream of lines of JSON, which ends when the server ends it. `silence`: milliseconds without a byte that mean it is gone. */
  stream<T extends object>(path: string, query: Query, silence: number): Promise<AsyncGenerator<T>>;
}

const TIMEOUT = 10_000;
/** A change of many letters is answered when all of it is done. */
const CHANGE_TIMEOUT = 60_000;
/** A session of 20,000 processes with command lines of 4 KiB stays below this. */
const MAX_ANSWER = 256 << 20;
const MAX_REFUSAL = 1 << 20;

/** Makes a client. Nothing is asked yet. */
export function apiClient(connection: Connection): ApiClient {
  const ask = async <T extends object>(asked: Asked) => {
    const { body, watch } = await open(connection, asked);
    return objectOf(await whole(body, watch, MAX_ANSWER), peerOf(connection)) as T;
  };
  const get = <T extends object>(path: string, query: Query = {}) => ask<T>({ path, query });
  return {
    get,
    post: (path, body) => ask({ path, method: 'POST', body: encodeJson(body) }),
    remove: async (path) => {
      const { body, watch } = await open(connection, { path, method: 'DELETE' });
      await whole(body, watch, MAX_REFUSAL);
    },
    page: async <T>(path: string, query: Query) => {
      const page = await get<Page<T>>(path, query);
      if (!Array.isArray(page.items)) throw notOurs(peerOf(connection));
      return page;
    },
    stream: async <T extends object>(path: string, query: Query, silence: number) => {
      const { body, watch } = await open(connection, { path, query });
      watch.allow(silence);
      return objectsOf<T>(readLines(readChunks(body, watch)), peerOf(connection));
    },
  };
}

interface Asked {
  readonly path: string;
  readonly query?: Query;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** JSON to post. */
  readonly body?: string;
}

interface Opened {
  readonly body: AsyncIterable<Uint8Array>;
  readonly watch: Watch;
}

async function open(connection: Connection, { path, query = {}, method = 'GET', body: sent }: Asked): Promise<Opened> {
  const { server, token } = connection;
  const timeout = connection.timeout ?? (method === 'GET' ? TIMEOUT : CHANGE_TIMEOUT);
  const watch = startWatch(shownServer(server), timeout, connection.signal);
  try {
    // A redirect would carry the token elsewhere, and this API has none.
    const content = sent === undefined ? {} : { body: sent };
    const options = { method, ...content, headers: headersOf(token, sent !== undefined), redirect: 'error' as const, signal: watch.signal };
    const url = urlOf(server, path, query);
    const response = await fetch(url, options).catch((error: unknown) => {
      // A kept connection that the server has closed meanwhile, as after its restart; a new one tells the truth.
      if (wasCut(error)) return fetch(url, options);
      throw error;
    });
    const body = failing((response.body ?? []) as AsyncIterable<Uint8Array>, connection);
    if (response.ok) return { body, watch };
    const text = (await whole(body, watch, MAX_REFUSAL)).toString('utf8');
    throw refusal({ status: response.status, body: text }, peerOf(connection), token !== undefined);
  } catch (error) {
    watch.end();
    throw connection.signal?.aborted ? error : unreachable(error, peerOf(connection));
  }
}

function urlOf(server: string, path: string, query: Query): URL {
  const url = new URL(`${server}${path}`);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

function headersOf(token: string | undefined, hasBody: boolean): Record<string, string> {
  return {
    accept: 'application/json, application/x-ndjson',
    ...(hasBody ? { 'content-type': 'application/json' } : {}),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}

/** The body, with a failure that a person understands where the connection breaks. */
async function* failing(body: AsyncIterable<Uint8Array>, connection: Connection): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw connection.signal?.aborted ? error : unreachable(error, peerOf(connection));
  }
}

async function whole(body: AsyncIterable<Uint8Array>, watch: Watch, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readChunks(body, watch, limit)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* objectsOf<T extends object>(lines: AsyncIterable<Uint8Array>, peer: Peer): AsyncGenerator<T> {
  for await (const line of lines) yield objectOf(line, peer) as T;
}

function objectOf(bytes: Uint8Array, peer: Peer): object {
  const parsed = parseJson(Buffer.from(bytes).toString('utf8'));
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) throw notOurs(peer);
  return parsed.value;
}

function peerOf({ server, service = FORENSICS }: Connection): Peer {
  return { server, service };
}
