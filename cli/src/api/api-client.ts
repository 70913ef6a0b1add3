import { encodeJson, parseJson } from '@whoran/contracts';
import type { Page } from '@whoran/forensics-api';
import { notOurs, refusal, shownServer, unreachable, wasCut } from './api-failures.ts';
import { readChunks, readLines } from './read-body.ts';
import { type Watch, startWatch } from './watch.ts';

/** Where the forensics service is, and how to be let in. */
export interface Connection {
  /** Such as http://127.0.0.1:8080, without a slash at the end. */
  readonly server: string;
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
    return objectOf(await whole(body, watch, MAX_ANSWER), connection.server) as T;
  };
  const get = <T extends object>(path: string, query: Query = {}) => ask<T>({ path, query });
  return {
    get,
    post: (path, body) => ask({ path, body: encodeJson(body) }),
    page: async <T>(path: string, query: Query) => {
      const page = await get<Page<T>>(path, query);
      if (!Array.isArray(page.items)) throw notOurs(connection.server);
      return page;
    },
    stream: async <T extends object>(path: string, query: Query, silence: number) => {
      const { body, watch } = await open(connection, { path, query });
      watch.allow(silence);
      return objectsOf<T>(readLines(readChunks(body, watch)), connection.server);
    },
  };
}

interface Asked {
  readonly path: string;
  readonly query?: Query;
  /** JSON to post. */
  readonly body?: string;
}

interface Opened {
  readonly body: AsyncIterable<Uint8Array>;
  readonly watch: Watch;
}

async function open(connection: Connection, { path, query = {}, body: sent }: Asked): Promise<Opened> {
  const { server, token } = connection;
  const timeout = connection.timeout ?? (sent === undefined ? TIMEOUT : CHANGE_TIMEOUT);
  const watch = startWatch(shownServer(server), timeout, connection.signal);
  try {
    // A redirect would carry the token elsewhere, and this API has none.
    const post = sent === undefined ? {} : { method: 'POST', body: sent };
    const options = { ...post, headers: headersOf(token, sent !== undefined), redirect: 'error' as const, signal: watch.signal };
    const url = urlOf(server, path, query);
    const response = await fetch(url, options).catch((error: unknown) => {
      // A kept connection that the server has closed meanwhile, as after its restart; a new one tells the truth.
      if (wasCut(error)) return fetch(url, options);
      throw error;
    });
    const body = failing((response.body ?? []) as AsyncIterable<Uint8Array>, connection);
    if (response.ok) return { body, watch };
    const text = (await whole(body, watch, MAX_REFUSAL)).toString('utf8');
    throw refusal({ status: response.status, body: text }, server, token !== undefined);
  } catch (error) {
    watch.end();
    throw connection.signal?.aborted ? error : unreachable(error, server);
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
    throw connection.signal?.aborted ? error : unreachable(error, connection.server);
  }
}

async function whole(body: AsyncIterable<Uint8Array>, watch: Watch, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readChunks(body, watch, limit)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* objectsOf<T extends object>(lines: AsyncIterable<Uint8Array>, server: string): AsyncGenerator<T> {
  for await (const line of lines) yield objectOf(line, server) as T;
}

function objectOf(bytes: Uint8Array, server: string): object {
  const parsed = parseJson(Buffer.from(bytes).toString('utf8'));
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) throw notOurs(server);
  return parsed.value;
}
