import Type from 'typebox';

/** A text with a bound: every text in an event comes from outside and may be as long as an attacker likes. */
export function text(maxLength: number, description?: string) {
  return Type.String({ maxLength, ...(description === undefined ? {} : { description }) });
}

/** An object that keeps fields it does not know: a field is only ever added, and old readers pass it on. */
export function open<T extends Parameters<typeof Type.Object>[0]>(properties: T, description: string) {
  return Type.Object(properties, { description });
}

/** RFC 3339 with up to nine decimals. */
export const InstantText = Type.String({ maxLength: 40, description: 'RFC 3339 time with up to nine decimals' });

/** Names of Kubernetes objects are at most 253 characters; generated ones stay below. */
export const ObjectName = text(253);

/** Usernames have no limit in Kubernetes; 64 KiB is more than any request header lets through. */
export const Username = text(65_536);
