import Type from 'typebox';
import { Username, open, text } from './schema.ts';

/** Who acted, in the words of the API server's authentication. */
export const Identity = open(
  {
    username: Username,
    uid: Type.Optional(text(1024)),
    groups: Type.Array(text(1024), { maxItems: 10_000 }),
    extra: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String({ maxLength: 65_536 })))),
    credentialId: Type.Optional(text(1024, 'the exact certificate or token, from authentication.kubernetes.io/credential-id')),
    impersonator: Type.Optional(Username),
  },
  'A Kubernetes user: the one that the request acted as, and who impersonated it.',
);
export type Identity = Type.Static<typeof Identity>;
