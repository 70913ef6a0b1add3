import { readFileSync } from 'node:fs';
import { ValidateBy } from 'class-validator';

/** A setting that names a file which can be read, or nothing. Whoever reads it later finds it, unless it was taken away meanwhile. */
export function IsReadableFile(): PropertyDecorator {
  return ValidateBy({
    name: 'isReadableFile',
    validator: { validate: isReadable, defaultMessage: () => 'names a file that cannot be read' },
  });
}

function isReadable(path: unknown): boolean {
  if (path === '') return true;
  try {
    return typeof path === 'string' && readFileSync(path).length > 0;
  } catch {
    return false; // why it cannot be read may hold the path, which is a secret if variables were mixed up
  }
}
