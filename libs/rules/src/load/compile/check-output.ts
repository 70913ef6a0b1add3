import type { FieldCatalog } from '../../fields/field.ts';
import { UNKNOWN_FILTER, parseOutput } from '../../output/parse-output.ts';

/**
 * Why a format cannot be an output, or nothing. Falco says of every unknown name the same half sentence; in our words it is which one,
 * and where.
 */
export function problemOfOutput(format: string, catalog: FieldCatalog, words: 'ours' | 'falco'): string | undefined {
  const parsed = parseOutput(format, catalog);
  if (parsed.ok) return undefined;
  if (!parsed.error.startsWith(UNKNOWN_FILTER)) return parsed.error;
  return words === 'falco' ? UNKNOWN_FILTER : `unknown filter${parsed.error.slice(UNKNOWN_FILTER.length)}`;
}
