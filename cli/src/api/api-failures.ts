import { parseJson } from '@whoran/contracts';
import type { ApiError } from '@whoran/forensics-api';
import { messageOf } from '@whoran/kernel';
import { EXIT, Failure } from '../failure.ts';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'its name cannot be resolved now',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  EHOSTUNREACH: 'no way to that host',
};

/** The address of a server without what may be secret in it. */
export function shownServer(server: string): string {
  return URL.canParse(server) ? new URL(server).origin : 'the server';
}

/** The server is some other program. */
export function notOurs(server: string): Failure {
  return new Failure(`${shownServer(server)} does not answer like whoran's forensics service: check --server or WHORAN_URL`);
}

/** What to tell about an answer other than 2xx. */
export function refusal(answer: { readonly status: number; readonly body: string }, server: string, hadToken: boolean): Failure {
  const parsed = parseJson(answer.body);
  const said = parsed.ok ? (parsed.value as Partial<ApiError> | null)?.error?.message : undefined;
  const known = typeof said === 'string';
  const name = shownServer(server);
  // The token is known, or none is needed, and yet it may not: the server says why.
  if (answer.status === 403 && known) return new Failure(`${name} refuses this: ${said}`);
  if (answer.status === 401 || answer.status === 403) {
    const problem = hadToken ? 'does not accept this token' : 'needs a token';
    return new Failure(`${name} ${problem}: put it into WHORAN_TOKEN, or into a file that --token-file names`);
  }
  if (answer.status === 404 && !known) return notOurs(server);
  const message = known ? said : `HTTP status ${answer.status}`;
  if (answer.status >= 500) return new Failure(`${name} cannot answer now: ${message}`, { retriable: true });
  // The API speaks of its parameters; here they are options.
  if (answer.status === 409) return new Failure(message.replace('?cluster=', '--cluster'));
  return new Failure(message, { status: answer.status === 400 ? EXIT.usage : EXIT.failed });
}

/** Whether a connection ended before there was an answer. */
export function wasCut(error: unknown): boolean {
  return ['ECONNRESET', 'UND_ERR_SOCKET'].includes(codeOf(causeOf(error)));
}

/** What to tell about a connection that failed. Failures pass as they are. */
export function unreachable(error: unknown, server: string): Failure {
  if (error instanceof Failure) return error;
  const cause = causeOf(error);
  const code = codeOf(cause);
  const name = shownServer(server);
  if (/CERT|SIGNATURE|ERR_TLS/.test(code)) {
    return new Failure(`the certificate of ${name} is not trusted (${code}): name the file of its CA in NODE_EXTRA_CA_CERTS`, {
      cause: error,
    });
  }
  const reason = REASONS[code] ?? (code === '' ? messageOf(cause) : code);
  return new Failure(`cannot reach ${name} (${reason}): is the forensics service running? --server or WHORAN_URL names another`, {
    cause: error,
    retriable: true,
  });
}

/** fetch hides what happened in the cause of its error. */
function causeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error ? (error.cause ?? error) : error;
}

function codeOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
}
