import { messageOf, printable, truncate } from '@whoran/kernel';
import type { NodemailerError } from 'nodemailer';
import type { Outcome } from '../output.ts';
import { maskSecrets } from '../redact-url.ts';

const LONGEST_ERROR = 300;

/** What a failed attempt means: a permanent answer (5xx) and a refused login are final, everything else is tried again. */
export function judgeFailure(error: unknown, secrets: readonly string[]): Outcome {
  const { responseCode, code, permanent, rejectedErrors = [] } = error as Partial<NodemailerError>;
  if (rejectedErrors.length > 0) return judgeRejections(rejectionsOf(rejectedErrors), secrets);
  const said = explain(messageOf(error), secrets);
  const final = permanent ?? (responseCode === undefined && (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EENVELOPE'));
  return final ? { kind: 'refused', error: said } : { kind: 'retry', error: said };
}

/** One address that the server did not take while it took others. */
interface Rejection {
  readonly address: string;
  readonly permanent: boolean;
  readonly response: string;
}

/** What the server said of the addresses that it did not take. */
export function rejectionsOf(errors: readonly NodemailerError[]): readonly Rejection[] {
  return errors.map(({ recipient, permanent, response, message }) => ({
    address: recipient ?? '',
    permanent: permanent ?? false,
    response: response ?? message,
  }));
}

/** What an attempt means that reached some of the recipients: the others are tried again as long as that may help. */
export function judgeRejections(rejections: readonly Rejection[], secrets: readonly string[]): Outcome {
  if (rejections.length === 0) return { kind: 'delivered' };
  const told = rejections.map(({ address, response }) => `${address}: ${response}`).join('; ');
  const said = explain(`not all recipients were taken: ${told}`, secrets);
  return rejections.every(({ permanent }) => permanent) ? { kind: 'refused', error: said } : { kind: 'retry', error: said };
}

function explain(text: string, secrets: readonly string[]): string {
  return truncate(printable(maskSecrets(text, secrets)), LONGEST_ERROR);
}
