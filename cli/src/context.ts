import { readFileSync, statSync } from 'node:fs';
import { messageOf } from '@whoran/kernel';
import type { Command } from 'commander';
import { type ApiClient, type Connection, apiClient } from './api/api-client.ts';
import { ALERT_ROUTER, FORENSICS } from './api/api-failures.ts';
import { EXIT, Failure } from './failure.ts';
import { type CliIo, lineWidth, wantsColour, writeTo } from './io.ts';
import { clockFace } from './render/clock-face.ts';
import type { Format, ListStyle } from './render/listing.ts';
import { colours, noColours } from './render/tone.ts';

const DEFAULT_SERVER = 'http://127.0.0.1:8080';
const DEFAULT_ROUTER = 'http://127.0.0.1:8084';
const MAX_TOKEN_FILE = 65_536;

/** Options that every command has. */
export interface GlobalOptions {
  readonly server?: string;
  /** Of commands that talk to the alert router: addRouter. */
  readonly router?: string;
  readonly tokenFile?: string;
  readonly local?: boolean;
  readonly output?: Format;
  readonly headers?: boolean;
}

/** What commands work with. */
export interface CliContext {
  readonly io: CliIo;
  /** The client for the server that the options and the environment name. */
  client(command: Command): ApiClient;
  /** The client for the alert router that `--router` and the environment name. */
  router(command: Command): ApiClient;
  style(command: Command): ListStyle;
  out(text: string): Promise<void>;
  /** One line to the person, on stderr: what was asked for stays alone on stdout. */
  note(text: string): void;
  /** What the process ends with, when it is not success and has been told already. */
  finish(status: number): void;
  readonly status: () => number;
}

/** Makes the context of one run. */
export function createContext(io: CliIo): CliContext {
  let status: number = EXIT.ok;
  const note = (text: string) => void io.stderr.write(`${text}\n`);
  const clientOf = (connection: Connection) => {
    const { server, token } = connection;
    if (token !== undefined && !isPrivate(server)) note(`warning: the token travels unencrypted to ${new URL(server).host}: use https`);
    return apiClient({ ...connection, signal: io.signal });
  };
  return {
    io,
    client: (command) => {
      const { server, tokenFile } = command.optsWithGlobals<GlobalOptions>();
      const address = serverOf(server ?? (io.env['WHORAN_URL'] || DEFAULT_SERVER), FORENSICS.address);
      return clientOf({ server: address, service: FORENSICS, token: tokenOf(io, 'WHORAN_TOKEN', tokenFile) });
    },
    router: (command) => {
      const { router, tokenFile } = command.optsWithGlobals<GlobalOptions>();
      const address = serverOf(router ?? (io.env['WHORAN_ROUTER_URL'] || DEFAULT_ROUTER), ALERT_ROUTER.address);
      return clientOf({ server: address, service: ALERT_ROUTER, token: tokenOf(io, 'WHORAN_ROUTER_TOKEN', tokenFile) });
    },
    style: (command) => styleOf(io, command.optsWithGlobals<GlobalOptions>()),
    out: (text) => writeTo(io.stdout, text),
    note,
    finish: (ended) => {
      status = ended;
    },
    status: () => status,
  };
}

function styleOf(io: CliIo, options: GlobalOptions): ListStyle {
  const zone = options.local ? io.env['TZ'] || Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC';
  return {
    format: options.output ?? 'table',
    headers: options.headers ?? true,
    face: clockFace(zone),
    paint: wantsColour(io) ? colours : noColours,
    width: lineWidth(io),
  };
}

function serverOf(text: string, named: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new Failure(`${named} must be an address such as ${DEFAULT_SERVER}`, { status: EXIT.usage });
  }
  if (url.username !== '' || url.password !== '') {
    throw new Failure(`${named} holds a user or password: the service takes a token, from a variable or --token-file`, {
      status: EXIT.usage,
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function tokenOf({ env }: CliIo, variable: string, asked: string | undefined): string | undefined {
  const file = asked ?? env[`${variable}_FILE`];
  const token = (file ? readToken(file) : (env[variable] ?? '')).trim();
  if (/^[\x21-\x7e]*$/.test(token)) return token === '' ? undefined : token;
  throw new Failure(`${file ? `${file} holds` : `${variable} holds`} something that is no token: it must be one word of printable ASCII`, {
    status: EXIT.usage,
  });
}

function readToken(file: string): string {
  try {
    if (statSync(file).size > MAX_TOKEN_FILE) throw new Error('it is too long for a token');
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(`cannot read the token file: ${messageOf(error)}`, { status: EXIT.usage, cause: error });
  }
}

/** Encrypted, or on this machine (a port forwarded by kubectl is). */
function isPrivate(server: string): boolean {
  const { protocol, hostname } = new URL(server);
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
