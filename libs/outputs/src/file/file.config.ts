import Type from 'typebox';
import { PayloadFormat } from '../payloads.ts';

/** Settings of a receiver that is a file. */
export const FileSettings = Type.Object(
  {
    path: Type.String({
      pattern: '^/[^\\u0000]{0,4094}[^/\\u0000]$',
      description: 'an absolute path; its folder must exist, and every router needs a file of its own',
    }),
    format: Type.Optional(PayloadFormat),
    max_size: Type.Optional(
      Type.Integer({
        minimum: 1_048_576,
        maximum: 1_099_511_627_776,
        description: 'bytes, 100 MiB by default; then the file becomes PATH.1',
      }),
    ),
    keep: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, description: 'how many such older files there are at most, 5 by default; the oldest goes' }),
    ),
    fsync: Type.Optional(
      Type.Enum(['always', 'never'], {
        description:
          'whether a notification counts as delivered only when it is on the disk (always, the default), or when the system has it',
      }),
    ),
  },
  { additionalProperties: false, description: 'A line of JSON for each alert, in a file that is rotated by size.' },
);
export type FileSettings = Type.Static<typeof FileSettings>;
