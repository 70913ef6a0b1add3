import { X509Certificate } from 'node:crypto';
import type { CheckRecord } from '@whoran/forensics-api';
import { messageOf } from '@whoran/kernel';
import { bad, good, odd } from './check.ts';

/** What is looked at of a certificate; times in milliseconds. */
export interface CertificateTimes {
  readonly subject: string;
  readonly from: number;
  readonly to: number;
}

const DAY = 86_400_000;
const WARN_DAYS = 30;
const FAIL_DAYS = 7;
const RENEW = 'renew it: the service reads its certificate again when the file changes';

/** Whether a certificate is valid, and for how long still. `source`: the file or address it comes from. */
export function checkCertificate({ subject, from, to }: CertificateTimes, source: string, now: number): CheckRecord {
  const name = 'certificate';
  const what = `${subject} of ${source}`;
  const date = (time: number) => new Date(time).toISOString().slice(0, 10);
  const days = Math.floor((to - now) / DAY);
  if (from > now)
    return bad(name, `${what} is not valid before ${date(from)}`, 'compare the clock of this machine and of the one that issued it');
  if (to <= now) return bad(name, `${what} expired on ${date(to)}`, RENEW);
  const left = `${what} expires in ${days} days, on ${date(to)}`;
  if (days < FAIL_DAYS) return bad(name, left, RENEW);
  return days < WARN_DAYS ? odd(name, left, RENEW) : good(name, left);
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const MAX_CHAIN = 20;

/** Every certificate of a PEM text: each one in the chain must be valid. */
export function checkPem(pem: string, source: string, now: number): readonly CheckRecord[] {
  const blocks = (pem.match(PEM) ?? []).slice(0, MAX_CHAIN);
  if (blocks.length === 0)
    return [
      bad(
        'certificate',
        `${source} holds no certificate in PEM form`,
        'name the file that the service serves, with the leaf certificate first',
      ),
    ];
  return blocks.map((block) => {
    try {
      return checkCertificate(timesOf(new X509Certificate(block)), source, now);
    } catch (error) {
      return bad('certificate', `${source} holds a certificate that cannot be read: ${messageOf(error)}`, 'write the file anew');
    }
  });
}

/** Name and times of a certificate. A name is on one line. */
export function timesOf(certificate: X509Certificate): CertificateTimes {
  const subject = certificate.subject || certificate.subjectAltName || `serial ${certificate.serialNumber}`;
  return { subject: subject.replaceAll('\n', ', '), from: Date.parse(certificate.validFrom), to: Date.parse(certificate.validTo) };
}
