import { connect } from 'node:tls';
import { isIP } from 'node:net';
import type { CheckRecord } from '@whoran/forensics-api';
import { messageOf } from '@whoran/kernel';
import { bad } from './check.ts';
import { checkCertificate, timesOf } from './certificate.ts';

const TIMEOUT = 10_000;

/** Connects to an https address and looks at the certificate it serves. Nothing is sent. */
export async function checkWebhook(address: string, now: number, timeout = TIMEOUT): Promise<readonly CheckRecord[]> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:') return [bad('certificate', '--webhook is no https address', 'give it as https://host:port')];
  const host = url.hostname.replace(/^\[|\]$/g, '');
  try {
    return [checkCertificate(await servedTimes(host, Number(url.port || 443), timeout), url.host, now)];
  } catch (error) {
    return [
      bad('certificate', `cannot reach the webhook at ${url.host}: ${messageOf(error)}`, 'check the address, and that the webhook runs'),
    ];
  }
}

function servedTimes(host: string, port: number, timeout: number): Promise<ReturnType<typeof timesOf>> {
  return new Promise((resolve, reject) => {
    // Whether it is trusted is for the API server to say, by its caBundle; here it is about the dates.
    const socket = connect({ host, port, rejectUnauthorized: false, ...(isIP(host) ? {} : { servername: host }) });
    const end = (settle: () => void) => {
      clearTimeout(timer);
      socket.destroy();
      settle();
    };
    const timer = setTimeout(() => end(() => reject(new Error(`no answer for ${timeout / 1000} s`))), timeout);
    socket.on('error', (error: Error) => end(() => reject(error)));
    socket.on('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate();
      end(() => (certificate ? resolve(timesOf(certificate)) : reject(new Error('it served no certificate'))));
    });
  });
}
