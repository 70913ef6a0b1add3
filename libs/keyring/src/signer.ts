import { createPublicKey, sign } from 'node:crypto';
import { type TokenScope, printToken, signedText } from '@whoran/contracts';
import { DependencyUnavailable, type Issue } from '@whoran/kernel';
import { MINIMUM_KEY_AGE, chooseKey } from './choose-key.ts';
import { type KeyFile, readKeyFolder } from './key-folder.ts';
import { type KeyringOptions, type Loaded, followKeys } from './open-keyring.ts';

/** How tokens are signed. */
export interface SignerOptions extends KeyringOptions {
  /** Milliseconds that a key must be old before it signs while another can. */
  readonly minimumAge?: number;
}

/** Makes tokens with the keys of a folder, and follows the folder. */
export class Signer {
  /** Use `openSigner`. */
  constructor(
    private readonly keys: Loaded<readonly KeyFile[]>,
    private readonly options: SignerOptions,
  ) {}

  /** The key that signs now, or nothing when there is none. */
  kid(): string | undefined {
    return this.choose()?.kid;
  }

  /**
   * A token for a session, which must be a UUID. Ed25519 is deterministic: the same session, scope and key give the same
   * token. Throws DependencyUnavailable when the folder holds no private key.
   */
  sign(session: string, scope: TokenScope): string {
    const chosen = this.choose();
    if (!chosen) throw new DependencyUnavailable('there is no private key to sign with; make one with "whoran keys generate"');
    const signature = sign(null, Buffer.from(signedText(session, scope)), chosen.key).toString('base64url');
    return printToken({ kid: chosen.kid, session, signature });
  }

  /** Stops following the folder. */
  close(): void {
    this.keys.close();
  }

  private choose(): KeyFile | undefined {
    return chooseKey(this.keys.current(), this.options.clock.now(), this.options.minimumAge ?? MINIMUM_KEY_AGE);
  }
}

/** Opens a folder of keys for signing. An empty or missing folder is no error. Throws ConfigInvalid if a file in it is no key. */
export function openSigner(dir: string, options: SignerOptions): Signer {
  return new Signer(
    followKeys(dir, () => readSigningKeys(dir), options),
    options,
  );
}

function readSigningKeys(dir: string): { keys: readonly KeyFile[]; issues: readonly Issue[] } {
  const { privateKeys, publicKeys, issues } = readKeyFolder(dir);
  const keys = [...privateKeys.values()];
  const orphans = keys.filter(({ kid, key }) => !publicKeys.get(kid)?.key.equals(createPublicKey(key)));
  const missing = orphans.map(({ kid }) => ({
    code: 'no-public-key',
    item: `${dir}/${kid}.key.pem`,
    message: `${kid}.pub.pem is missing or belongs to another key, so its tokens could not be verified`,
  }));
  return { keys, issues: [...issues, ...missing] };
}
