import type { Clock, Result } from '@whoran/kernel';
import { credentialPlace } from '../aws/aws-target.ts';
import { type CredentialPlace, CredentialSource } from '../aws/credential-source.ts';
import { type UnsignedRequest, signed } from '../aws/sigv4.ts';
import type { Outcome, OutputHost } from '../output.ts';
import type { HttpClient } from './http-client.ts';
import type { ConnectionSettings } from './http.config.ts';
import { SecretReader } from './secret-reader.ts';

/** With what requests are signed, and for which service. */
export interface Signing {
  readonly region: string;
  readonly service: string;
  readonly place: CredentialPlace;
}

/** Reads with what requests are signed, if the settings say so. Complaints are the reader's. */
export function signingOf({ sigv4 }: ConnectionSettings, reader: SecretReader, host: OutputHost): Signing | undefined {
  if (!sigv4) return undefined;
  const { region, service } = sigv4;
  const own = new SecretReader(host);
  const place = credentialPlace({ region, ...(sigv4.credentials ? { credentials: sigv4.credentials } : {}) }, { reader: own, host });
  for (const { item = '', message } of own.issues) reader.complain(`/sigv4${item}`, message);
  reader.secrets.push(...own.secrets);
  return { region, service, place };
}

/** Signs requests with credentials that it gets and keeps. */
export class RequestSigner {
  private readonly source: CredentialSource;

  constructor(
    private readonly signing: Signing,
    client: HttpClient,
    private readonly clock: Clock,
  ) {
    this.source = new CredentialSource(signing.place, client, clock);
  }

  /** The headers of a request with its signature, or why there is none. */
  async sign(request: UnsignedRequest, signal: AbortSignal): Promise<Result<Readonly<Record<string, string>>, Outcome>> {
    const credentials = await this.source.get(signal);
    if (!credentials.ok) return credentials;
    const { region, service } = this.signing;
    return { ok: true, value: signed(request, credentials.value, { region, service, now: this.clock.now() }) };
  }

  /** Forgets credentials after a signature was not accepted. */
  forget(): void {
    this.source.forget();
  }
}
