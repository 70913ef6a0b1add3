import Type, { type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Received } from '../../spec-support/http-stand-in.ts';

/** The rules by which a service accepts a request, as its documentation has them. */
export interface Service {
  /** Settings beside the URL; files are in `FILES`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The path and query that requests go to, when the URL in the settings is `<server>/hook`. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is wrong with a request. */
  readonly problems: (received: Received) => readonly string[];
  /** How the service says that it has taken a request. */
  readonly success: (received: Received) => { readonly status: number; readonly body: string };
}

/** The secrets of the specs. */
export const FILES: Readonly<Record<string, string>> = {
  '/key': 'S3cretS3cretS3cretS3cretS3cret00',
  '/bot': '123456:S3cretS3cretS3cretS3cretS3cret00',
};

const closed = { additionalProperties: false } as const;

/** An object with these fields and no others. */
export const shape = <P extends Parameters<typeof Type.Object>[0]>(properties: P) => Type.Object(properties, closed);
/** A text of 1 to `max` UTF-16 units. */
export const text = (max: number) => Type.String({ minLength: 1, maxLength: max });
/** A field that may be missing. */
export const maybe = <S extends TSchema>(schema: S) => Type.Optional(schema);

/** Problems of a JSON body against a schema, and against its largest size in bytes. */
export function jsonProblems(schema: TSchema, limit: number): (received: Received) => readonly string[] {
  const validator = Compile(schema);
  return ({ body, headers }) => {
    const problems = Buffer.byteLength(body) > limit ? [`body of ${Buffer.byteLength(body)} bytes, more than ${limit}`] : [];
    if (!/^application\/json\b/.test(headers['content-type'] ?? '')) problems.push(`content type ${headers['content-type'] ?? ''}`);
    return [...problems, ...schemaProblems(validator, JSON.parse(body))];
  };
}

/** Problems of a value. */
export function schemaProblems(validator: ReturnType<typeof Compile>, value: unknown): string[] {
  return validator.Check(value) ? [] : validator.Errors(value).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** All texts of a JSON value, wherever they stand. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Problems of texts in which a foreign text could call people or make links. */
export function markupProblems(received: Received, forbidden: RegExp): readonly string[] {
  return textsOf(JSON.parse(received.body)).flatMap((each) => {
    const found = forbidden.exec(each)?.[0];
    return found === undefined ? [] : [`markup ${found} in ${each.slice(0, 80)}`];
  });
}
