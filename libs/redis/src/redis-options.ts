import { ConfigInvalid } from '@whoran/kernel';

/** A host and its port. */
export interface RedisPlace {
  readonly host: string;
  readonly port: number;
}

/** How to reach Redis. Exactly one of `url`, `sentinels` and `clusterNodes` says where it is. */
export interface RedisOptions {
  /** redis://user:password@host:port/database, or rediss:// for TLS. */
  readonly url?: string;
  readonly sentinels?: readonly RedisPlace[];
  /** The name under which the sentinels know the primary. */
  readonly sentinelName?: string;
  readonly clusterNodes?: readonly RedisPlace[];
  readonly username?: string;
  readonly password?: string;
  /** With it, all connections are encrypted. `ca` is a PEM text; without it the CAs of Node.js are trusted. */
  readonly tls?: { readonly ca?: string };
  /** First part of every key and channel. No braces: they are how Redis Cluster says which keys belong together. */
  readonly prefix: string;
}

/** Where Redis is, checked and taken apart. */
export type RedisTarget =
  | { readonly kind: 'standalone'; readonly place: RedisPlace; readonly database: number }
  | { readonly kind: 'sentinel'; readonly sentinels: readonly RedisPlace[]; readonly name: string }
  | { readonly kind: 'cluster'; readonly nodes: readonly RedisPlace[] };

/** Options that fit together. */
export interface RedisAddress {
  readonly target: RedisTarget;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly ca?: string };
}

const PREFIX = /^[A-Za-z0-9._:-]{1,100}$/;
const DEFAULT_PORT = 6379;

/** Checks options. Throws ConfigInvalid, without any value of them. */
export function readRedisOptions(options: RedisOptions): RedisAddress {
  const { url, sentinels = [], sentinelName = '', clusterNodes = [], prefix } = options;
  const given = [url !== undefined, sentinels.length > 0, clusterNodes.length > 0].filter(Boolean).length;
  if (given !== 1) throw new ConfigInvalid('Redis: give one of a URL, sentinels and cluster nodes');
  if (!PREFIX.test(prefix)) throw new ConfigInvalid('Redis: the prefix must be 1 to 100 letters, digits, ".", "_", ":" and "-"');
  if (url !== undefined) return fromUrl(url, options);
  if (sentinels.length === 0) return { target: { kind: 'cluster', nodes: clusterNodes }, ...accessOf(options) };
  if (sentinelName === '') throw new ConfigInvalid('Redis: sentinels need the name under which they know the primary');
  return { target: { kind: 'sentinel', sentinels, name: sentinelName }, ...accessOf(options) };
}

function accessOf({ username, password, tls }: RedisOptions): Omit<RedisAddress, 'target'> {
  return { ...(username ? { username } : {}), ...(password ? { password } : {}), ...(tls ? { tls } : {}) };
}

function fromUrl(text: string, options: RedisOptions): RedisAddress {
  const url = URL.parse(text);
  const path = url?.pathname.replace(/^\//, '') ?? '';
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '' || !/^\d{0,4}$/.test(path) || url.search !== '')
    throw new ConfigInvalid('Redis: the URL must be redis://host:port/database or rediss://…, with user and password before the host');
  const place = { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? DEFAULT_PORT : Number(url.port) };
  const inUrl = {
    ...(url.username === '' ? {} : { username: decoded(url.username) }),
    ...(url.password === '' ? {} : { password: decoded(url.password) }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
  return { target: { kind: 'standalone', place, database: Number(path) }, ...inUrl, ...accessOf(options) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigInvalid('Redis: user or password in the URL are not percent-encoded: write % as %25');
  }
}
