import Type from 'typebox';
import { InjectionStrategy } from './exec-session.ts';
import { InstantText, ObjectName, open, text } from './schema.ts';

/**
 * What was learned about an image: injected execs never produced a process in it, so it has no `env`.
 * Compacted by cluster and image; the webhook follows it until `expiresAt`.
 */
export const ImageStrategy = open(
  {
    cluster: ObjectName,
    imageId: text(1024, 'image reference with digest'),
    strategy: InjectionStrategy,
    failures: Type.Integer({ minimum: 0 }),
    pods: Type.Integer({ minimum: 0, description: 'in how many different pods it failed' }),
    learnedAt: InstantText,
    expiresAt: InstantText,
  },
  'An injection strategy learned for an image.',
);
export type ImageStrategy = Type.Static<typeof ImageStrategy>;
