/**
 * Signature Version 4 of AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 *   canonical request = method \n path \n query \n headers \n names of headers \n SHA-256 of the body
 *   text to sign      = AWS4-HMAC-SHA256 \n time \n date/region/service/aws4_request \n SHA-256 of the canonical request
 */
import { createHash, createHmac } from 'node:crypto';
import type { Millis } from '@whoran/kernel';

/** What requests are signed with. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request before it is signed. Header names are in small letters. */
export interface UnsignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** For what, where and when a signature holds. */
export interface SigningScope {
  readonly service: string;
  readonly region: string;
  readonly now: Millis;
}

/** The headers of a request with those that sign it: `authorization`, `x-amz-date`, for S3 also the hash of the body. */
export function signed(request: UnsignedRequest, credentials: AwsCredentials, scope: SigningScope): Record<string, string> {
  const time = new Date(scope.now).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const hash = sha256(request.body);
  const { sessionToken } = credentials;
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-date': time,
    ...(scope.service === 's3' ? { 'x-amz-content-sha256': hash } : {}),
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const place = `${time.slice(0, 8)}/${scope.region}/${scope.service}/aws4_request`;
  const named = Object.entries({ ...headers, host: request.url.host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = named.map(([name]) => name).join(';');
  const canonical = [
    request.method,
    pathOf(request.url, scope.service),
    queryOf(request.url),
    ...named.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}`),
    '',
    names,
    hash,
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, place, sha256(canonical)].join('\n');
  const signature = hmac(keyOf(credentials.secretAccessKey, place), text).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${place}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, authorization };
}

function keyOf(secret: string, place: string): Buffer {
  return place.split('/').reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secret}`));
}

/** The path encoded once more, except for S3, whose names are taken as they are. */
function pathOf({ pathname }: URL, service: string): string {
  const parts = pathname.split('/').map((part) => encoded(decodeURIComponent(part)));
  return (service === 's3' ? parts : parts.map(encoded)).join('/');
}

function queryOf({ searchParams }: URL): string {
  const pairs = [...searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  return pairs.sort().join('&');
}

/** RFC 3986, which leaves fewer characters as they are than encodeURIComponent does. */
export function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
