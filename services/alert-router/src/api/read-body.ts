import { isUtf8 } from 'node:buffer';
import { BadRequestException, type ExecutionContext, UnsupportedMediaTypeException, createParamDecorator } from '@nestjs/common';
import { check, parseJson } from '@whoran/contracts';
import { printIssue } from '@whoran/kernel';
import type { TSchema } from 'typebox';

interface Request {
  readonly body: Buffer | undefined;
  readonly headers: { readonly 'content-type'?: string };
}

/** A request body as it came. */
export interface SentBody {
  readonly body: Buffer | undefined;
  readonly contentType: string | undefined;
}

/** The parameter of a handler that is the request's body: a SentBody. */
export const Sent = createParamDecorator((_data: unknown, context: ExecutionContext): SentBody => {
  const { body, headers } = context.switchToHttp().getRequest<Request>();
  return { body, contentType: headers['content-type'] };
});

/** Reads the JSON of a request; throws 400 or 415 with every problem. The type is asked for, because web pages cannot send it elsewhere unasked. */
export function readBody<T>(schema: TSchema, { body, contentType = '' }: SentBody): T {
  if (!/^application\/json\s*(;|$)/i.test(contentType)) throw new UnsupportedMediaTypeException('send JSON, as application/json');
  if (!body || body.length === 0) throw new BadRequestException('the body is empty: send JSON');
  if (!isUtf8(body)) throw new BadRequestException('the body is not UTF-8');
  const json = parseJson(body.toString('utf8'));
  if (!json.ok) throw new BadRequestException(`the body is not JSON: ${json.error}`);
  const read = check<T>(schema, json.value);
  if (!read.ok) throw new BadRequestException(read.error.map(printIssue).join('; '));
  return read.value;
}
