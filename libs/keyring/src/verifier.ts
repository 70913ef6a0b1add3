import { type KeyObject, verify } from 'node:crypto';
import { type Token, TokenVerifier } from '@whoran/contracts';
import type { Issue } from '@whoran/kernel';
import { clusterFolders, readKeyFolder } from './key-folder.ts';
import { type KeyringOptions, type Loaded, followKeys } from './open-keyring.ts';

interface PublicKeys {
  readonly everywhere: ReadonlyMap<string, KeyObject>;
  readonly byCluster: ReadonlyMap<string, ReadonlyMap<string, KeyObject>>;
}

/** Verifies tokens with the public keys of a folder, and follows the folder. */
export class FolderTokenVerifier extends TokenVerifier {
  /** Use `openVerifier`. */
  constructor(private readonly keys: Loaded<PublicKeys>) {
    super();
  }

  override verify(cluster: string, token: Token, signed: string): 'valid' | 'invalid' | 'unknown-key' {
    const { everywhere, byCluster } = this.keys.current();
    const candidates = [byCluster.get(cluster)?.get(token.kid), everywhere.get(token.kid)].filter((key) => key !== undefined);
    if (candidates.length === 0) return 'unknown-key';
    const signature = Buffer.from(token.signature, 'base64url');
    return candidates.some((key) => verify(null, Buffer.from(signed), key, signature)) ? 'valid' : 'invalid';
  }

  /** How many public keys are in use, those of single clusters included. */
  size(): number {
    const { everywhere, byCluster } = this.keys.current();
    return [...byCluster.values()].reduce((sum, keys) => sum + keys.size, everywhere.size);
  }

  /** Stops following the folder. */
  close(): void {
    this.keys.close();
  }
}

/** Opens a folder of keys for verifying. An empty or missing folder is no error. Throws ConfigInvalid if a file in it is no key. */
export function openVerifier(dir: string, options: KeyringOptions): FolderTokenVerifier {
  return new FolderTokenVerifier(followKeys(dir, () => readPublicKeys(dir), options));
}

function readPublicKeys(dir: string): { keys: PublicKeys; issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const read = (folder: string): ReadonlyMap<string, KeyObject> => {
    const found = readKeyFolder(folder);
    issues.push(...found.issues.filter(({ item }) => !item?.endsWith('.key.pem')));
    return new Map([...found.publicKeys].map(([kid, { key }]) => [kid, key]));
  };
  const everywhere = read(dir);
  const byCluster = new Map([...clusterFolders(dir)].map(([cluster, folder]) => [cluster, read(folder)]));
  return { keys: { everywhere, byCluster }, issues };
}
