import type { FieldType } from '../../values.ts';

const BYTES = new Set(['data', 'val', 'optval']);
const TEXTS = new Set([
  'comm',
  'cwd',
  'exe',
  'filename',
  'fs_type',
  'linkpath',
  'name',
  'newpath',
  'oldpath',
  'path',
  'pathname',
  'special',
  'target',
  'trusted_exepath',
]);

/** The type of an argument of a system call by its name; most are numbers. */
export function typeOfArgument(name: string): FieldType {
  if (BYTES.has(name)) return 'BYTEBUF';
  return TEXTS.has(name) ? 'CHARBUF' : 'INT64';
}
