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

/** What a person calls a service, and what says where it is and which token it takes. */
export interface ServiceWords {
  readonly name: string;
  readonly address: string;
  readonly token: string;
}

/** The service that is asked unless a command says another one. */
export const FORENSICS: ServiceWords = { name: 'forensics service', address: '--server or WHORAN_URL', token: 'WHORAN_TOKEN' };
/** The service that has silences and responses. */
export const ALERT_ROUTER: ServiceWords = { name: 'alert router', address: '--router or WHORAN_ROUTER_URL', token: 'WHORAN_ROUTER_TOKEN' };

/** Whom was asked. */
export interface Asked {
  readonly server: string;
  readonly service: ServiceWords;
}

/** The server is some other program. */
export function notOurs({ server, service }: Asked): Failure {
  return new Failure(`${shownServer(server)} does not answer like whoran's ${service.name}: check ${service.address}`);
}

/** What to tell about an answer other than 2xx. */
export function refusal(answer: { readonly status: number; readonly body: string }, asked: Asked, hadToken: boolean): Failure {
  const said = messageIn(answer.body);
  const known = said !== undefined;
  const name = shownServer(asked.server);
  // The token is known, or none is needed, and yet it may not: the server says why.
  if (answer.status === 403 && known) return new Failure(`${name} refuses this: ${said}`);
  if (answer.status === 401 || answer.status === 403) {
    const problem = hadToken ? 'does not accept this token' : 'needs a token';
    return new Failure(`${name} ${problem}: put it into ${asked.service.token}, or into a file that --token-file names`);
  }
  if (answer.status === 404 && !known) return notOurs(asked);
  const message = known ? said : `HTTP status ${answer.status}`;
  if (answer.status >= 500) return new Failure(`${name} cannot answer now: ${message}`, { retriable: true });
  // The API speaks of its parameters; here they are options.
  if (answer.status === 409) return new Failure(message.replace('?cluster=', '--cluster'));
  return new Failure(message, { status: answer.status === 400 ? EXIT.usage : EXIT.failed });
}

/** Our errors are objects; those of Alertmanager's API are texts. */
function messageIn(body: string): string | undefined {
  const parsed = parseJson(body);
  if (!parsed.ok) return undefined;
  const said = typeof parsed.value === 'string' ? parsed.value : (parsed.value as Partial<ApiError> | null)?.error?.message;
  return typeof said === 'string' ? said : undefined;
}

/** Whether a connection ended before there was an answer. */
export function wasCut(error: unknown): boolean {
  return ['ECONNRESET', 'UND_ERR_SOCKET'].includes(codeOf(causeOf(error)));
}

/** What to tell about a connection that failed. Failures pass as they are. */
export function unreachable(error: unknown, { server, service }: Asked): Failure {
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
  return new Failure(`cannot reach ${name} (${reason}): is the ${service.name} running? ${service.address} names another`, {
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
