import { messageOf } from '@whoran/kernel';
import { type Dispatcher, request } from 'undici';
import type { Posted } from './endpoints.ts';

/** A request of a sender. */
export interface Post {
  readonly url: string;
  readonly body: string;
  readonly dispatcher: Dispatcher;
  readonly type?: string;
  readonly token?: string;
  /** How long the sender waits, milliseconds. */
  readonly patience: number;
}

/** Posts once. Never throws: a sender decides what a failure means. */
export async function post({ url, body, dispatcher, type = 'application/json', token, patience }: Post): Promise<Posted> {
  try {
    const response = await request(url, {
      method: 'POST',
      body,
      dispatcher,
      headers: { 'content-type': type, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      headersTimeout: patience,
      bodyTimeout: patience,
    });
    const retryAfter = Number(response.headers['retry-after'] ?? 1);
    return { status: response.statusCode, body: await response.body.text(), retryAfter: Number.isFinite(retryAfter) ? retryAfter : 1 };
  } catch (error) {
    return { failed: messageOf(error) };
  }
}
