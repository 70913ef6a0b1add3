import Type from 'typebox';

/** Go leaves empty fields out or writes null. */
const maybe = <T extends Type.TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

/** The part of an admission.k8s.io/v1 AdmissionRequest that is read here. Objects are read where they are understood. */
export const AdmissionRequest = Type.Object({
  uid: Type.String({ minLength: 1, maxLength: 128 }),
  operation: Type.String({ maxLength: 32 }),
  resource: Type.Object({ group: maybe(Type.String()), resource: Type.String() }),
  subResource: maybe(Type.String()),
  name: maybe(Type.String({ maxLength: 253 })),
  namespace: maybe(Type.String({ maxLength: 253 })),
  dryRun: maybe(Type.Boolean()),
  userInfo: Type.Object({
    username: maybe(Type.String()),
    uid: maybe(Type.String()),
    groups: maybe(Type.Array(Type.String())),
    extra: maybe(Type.Record(Type.String(), Type.Array(Type.String()))),
  }),
  object: Type.Optional(Type.Unknown()),
  oldObject: Type.Optional(Type.Unknown()),
});
export type AdmissionRequest = Type.Static<typeof AdmissionRequest>;
