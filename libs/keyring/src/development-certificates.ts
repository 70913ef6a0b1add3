import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

const DAY = 86_400_000;
const LIFETIME = 365 * DAY;
/** Certificates with less than this left are made anew. */
const RENEW_BEFORE = 30 * DAY;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Where the certificates are. */
export interface DevelopmentCertificates {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** For a caller that identifies itself by certificate, as the API server does; its common name is `kube-apiserver`. */
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
}

/**
 * Certificates for a machine where nobody gives any: a CA, a server certificate for `hosts` (names and IP addresses) and a
 * client certificate, valid for a year. They are made once, and again when they are about to expire or a host is missing.
 * The CA's key is not kept: nobody can make further certificates with it.
 */
export async function issueDevelopmentCertificates(
  dir: string,
  hosts: readonly string[],
  now: number = Date.now(),
): Promise<DevelopmentCertificates> {
  const files = {
    caFile: join(dir, 'ca.crt'),
    certFile: join(dir, 'tls.crt'),
    keyFile: join(dir, 'tls.key'),
    clientCertFile: join(dir, 'client.crt'),
    clientKeyFile: join(dir, 'client.key'),
  };
  if (!isGood(files, hosts, now)) await issue(dir, files, { hosts, now });
  return files;
}

function isGood(files: DevelopmentCertificates, hosts: readonly string[], now: number): boolean {
  if (!Object.values<string>({ ...files }).every((file) => existsSync(file))) return false;
  try {
    const certificate = new x509.X509Certificate(readFileSync(files.certFile, 'utf8'));
    const names = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
    const covered = new Set(names.map(({ value }) => value));
    return certificate.notAfter.getTime() > now + RENEW_BEFORE && hosts.every((host) => covered.has(host));
  } catch {
    return false; // half written or foreign: it is made anew
  }
}

async function issue(dir: string, files: DevelopmentCertificates, wish: { hosts: readonly string[]; now: number }): Promise<void> {
  x509.cryptoProvider.set(crypto);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const validity = { notBefore: new Date(wish.now - 60_000), notAfter: new Date(wish.now + LIFETIME) };
  const caKeys = await makeKeys();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: 'CN=whoran development CA',
    keys: caKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const signed = async (name: string, extensions: x509.Extension[]) => {
    const keys = await makeKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity,
      subject: name,
      issuer: ca.subject,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        ...extensions,
      ],
    });
    return { certificate: certificate.toString('pem'), key: await privatePem(keys) };
  };
  const names = wish.hosts.map((host) => ({ type: isIP(host) ? ('ip' as const) : ('dns' as const), value: host }));
  const server = await signed('CN=whoran', [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(names),
  ]);
  const client = await signed('CN=kube-apiserver', [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])]);
  write(files.caFile, ca.toString('pem'), 0o644);
  write(files.certFile, server.certificate, 0o644);
  write(files.keyFile, server.key, 0o600);
  write(files.clientCertFile, client.certificate, 0o644);
  write(files.clientKeyFile, client.key, 0o600);
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function privatePem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
}

function write(path: string, content: string, mode: number): void {
  writeFileSync(path, `${content.trimEnd()}\n`, { mode });
  chmodSync(path, mode);
}
