import { type Issue, type Result, ok } from '@whoran/kernel';
import Type from 'typebox';
import { readYaml } from '../settings-file/read-yaml.ts';
import type { Policy } from './policy.ts';

const globs = Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), { minItems: 1, maxItems: 1000 }));

const PolicyFile = Type.Object(
  {
    rules: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
            namespaces: globs,
            podLabels: Type.Optional(
              Type.Record(Type.String(), Type.String({ maxLength: 1024 }), { minProperties: 1, maxProperties: 100 }),
            ),
            images: globs,
            containers: globs,
            users: globs,
            strategy: Type.Enum(['env', 'sh', 'none']),
          },
          { additionalProperties: false },
        ),
        { maxItems: 1000 },
      ),
    ),
  },
  { additionalProperties: false },
);

/** Reads the policy file. An empty one has no rules: everything is injected. */
export function readPolicy(text: string): Result<Policy, readonly Issue[]> {
  const read = readYaml<Type.Static<typeof PolicyFile>>(text, PolicyFile);
  return read.ok ? ok({ rules: read.value.value.rules ?? [] }) : read;
}
