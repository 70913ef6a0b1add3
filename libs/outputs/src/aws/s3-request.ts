import { createHash } from 'node:crypto';
import type { Notification } from '@whoran/contracts';
import { payloadsOf } from '../payloads.ts';
import type { AwsRequest } from './aws-client.ts';
import type { S3Settings } from './aws.config.ts';
import { encoded } from './sigv4.ts';

/** Where objects are put. */
export interface S3Place {
  readonly base: URL;
  /** The path before the name, from `/` to `/`. */
  readonly folder: string;
  readonly settings: S3Settings;
}

/**
 * The request that puts a notification into a bucket, as lines of JSON. The name is made of the time and the id, so that another
 * attempt writes the same object again: `PREFIX2026/01/31/20260131T100002000Z-<16 hex digits>.jsonl`.
 */
export function s3Request(notification: Notification, { base, folder, settings }: S3Place): Omit<AwsRequest, 'signal'> {
  const { id, createdAt } = notification;
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 16);
  const day = createdAt.slice(0, 10).replaceAll('-', '/');
  const url = new URL(base);
  const name = `${folder}${day}/${createdAt.replace(/[^0-9TZ]/g, '')}-${hash}.jsonl`;
  url.pathname = name.split('/').map(encoded).join('/');
  const { server_side_encryption: encryption, kms_key_id: key, storage_class: storage, format } = settings;
  const headers = {
    'content-type': 'application/x-ndjson',
    'x-amz-meta-idempotency-key': encodeURIComponent(id.toWellFormed()),
    ...(encryption === undefined ? {} : { 'x-amz-server-side-encryption': encryption }),
    ...(key === undefined ? {} : { 'x-amz-server-side-encryption-aws-kms-key-id': key }),
    ...(storage === undefined ? {} : { 'x-amz-storage-class': storage }),
  };
  const body = payloadsOf(notification, format)
    .map((payload) => `${payload.body}\n`)
    .join('');
  return { method: 'PUT', url, headers, body };
}
