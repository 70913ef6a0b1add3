import { type Token, type TokenVerifier, decodeUser, parseToken, signedText } from '@whoran/contracts';
import type { ContainerRecord } from './process-record.ts';
import type { SessionRecord } from './session-record.ts';

/** What a token is worth in a container. */
export type TokenCheck =
  | { readonly kind: 'valid'; readonly token: Token; readonly user: string }
  /** Not ours, or signed for another pod, or by nobody. */
  | { readonly kind: 'forged' }
  /** The pod, or the user's name, is not known yet. */
  | { readonly kind: 'unknown' };

const MAX_REMEMBERED = 20_000;

/** Checks tokens against the public keys of their cluster; answers are remembered, because every child inherits its token. */
export class TokenChecker {
  private readonly remembered = new Map<string, 'valid' | 'forged'>();

  constructor(
    private readonly cluster: string,
    private readonly verifier: TokenVerifier,
  ) {}

  /** `user` is the encoded name beside the token; when it is empty, the session's record must say who it is. */
  check(text: string, user: string, container: ContainerRecord, session: (id: string) => SessionRecord | undefined): TokenCheck {
    const token = parseToken(text);
    if (!token) return { kind: 'forged' };
    const { namespace, pod } = container;
    if (namespace === undefined || pod === undefined) return { kind: 'unknown' };
    const encoded = user === '' ? session(token.session)?.encodedUser : user;
    if (encoded === undefined) return { kind: 'unknown' };
    const signed = signedText(token.session, { cluster: this.cluster, namespace, pod, user: encoded });
    const verdict = this.verdict(token, text, signed);
    return verdict === 'valid' ? { kind: 'valid', token, user: decodeUser(encoded) ?? encoded } : { kind: 'forged' };
  }

  /** Forgets all answers: the keys have changed. */
  forget(): void {
    this.remembered.clear();
  }

  private verdict(token: Token, text: string, signed: string): 'valid' | 'forged' {
    const key = `${text}\n${signed}`;
    const known = this.remembered.get(key);
    if (known) return known;
    const verdict = this.verifier.verify(this.cluster, token, signed) === 'valid' ? 'valid' : 'forged';
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear();
    this.remembered.set(key, verdict);
    return verdict;
  }
}
