import { createHash, timingSafeEqual } from 'node:crypto';

/** Who may have tokens signed. */
export interface CallerSettings {
  /** Whether client certificates are checked against a CA. */
  readonly certificates: boolean;
  /** Common names that a client certificate must have; any, when empty. */
  readonly commonNames: readonly string[];
  /** The last part of the secret path. */
  readonly secret?: string;
  readonly anybody: boolean;
}

/** What is known of a caller. */
export interface Caller {
  readonly socket: {
    readonly authorized: boolean;
    getPeerCertificate(): { readonly subject?: { readonly CN?: string | readonly string[] } };
  };
  /** The last part of the path that was called, if it has one. */
  readonly secret: string | undefined;
}

/** Tells the API server from everybody else: otherwise any pod could have a token made in anybody's name. */
export class Callers {
  private readonly digest: Buffer | undefined;
  private readonly known = new WeakMap<object, boolean>();

  constructor(private readonly settings: CallerSettings) {
    this.digest = settings.secret === undefined ? undefined : sha256(settings.secret);
  }

  /** Whether a caller is the API server, by its certificate or by the secret path; either is enough where both are set. */
  mayCall({ socket, secret }: Caller): boolean {
    if (secret !== undefined) return this.digest !== undefined && timingSafeEqual(this.digest, sha256(secret));
    return this.settings.anybody || (this.settings.certificates && this.hasGoodCertificate(socket));
  }

  /** Asked once per connection: reading a certificate costs more than answering a request. */
  private hasGoodCertificate(socket: Caller['socket']): boolean {
    const before = this.known.get(socket);
    if (before !== undefined) return before;
    const good = socket.authorized && this.isExpected(socket.getPeerCertificate().subject?.CN);
    this.known.set(socket, good);
    return good;
  }

  private isExpected(name: string | readonly string[] | undefined): boolean {
    const { commonNames } = this.settings;
    return commonNames.length === 0 || (typeof name === 'string' && commonNames.includes(name));
  }
}

/** Digests have one length: comparing them tells nothing of the secret's. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
