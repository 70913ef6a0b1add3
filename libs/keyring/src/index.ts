export { MINIMUM_KEY_AGE } from './choose-key.ts';
export { type DevelopmentCertificates, issueDevelopmentCertificates } from './development-certificates.ts';
export { type KeyFile, type KeyFolder, readKeyFolder } from './key-folder.ts';
export { type KeyInfo, type KeyState, type RetireRefusal, generateKey, listKeys, retireKey } from './keys.ts';
export { isKid } from './kid.ts';
export type { KeyringOptions } from './open-keyring.ts';
export { Signer, type SignerOptions, openSigner } from './signer.ts';
export { FolderTokenVerifier, openVerifier } from './verifier.ts';
