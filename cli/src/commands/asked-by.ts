import type { CliContext } from '../context.ts';

/** Who asks for a change, as far as this machine knows. */
export function askedBy({ io: { env } }: CliContext): string {
  return (env['USER'] || env['LOGNAME'] || env['USERNAME'] || 'unknown').slice(0, 253);
}
