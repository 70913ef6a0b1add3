import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issueDevelopmentCertificates } from '@whoran/keyring';
import { type KafkaServer, startKafka } from './kafka-server.ts';
import { freePort } from './redis-scene.ts';

/** A broker that takes anybody in clear, and over TLS only jane, whose password is `secret`, by PLAIN and both SCRAMs. */
export interface SecureKafka {
  /** As it is reached in clear. */
  readonly server: KafkaServer;
  /** As it is reached over TLS. */
  readonly secureBrokers: readonly string[];
  /** Who signed its certificate, PEM. */
  readonly caFile: string;
}

/** Starts one; the folder takes its certificates. */
export async function startSecureKafka(folder: string): Promise<SecureKafka> {
  const { caFile, certFile, keyFile } = await issueDevelopmentCertificates(folder, ['127.0.0.1']);
  const keyStore = join(folder, 'broker.pem');
  writeFileSync(keyStore, readFileSync(keyFile, 'utf8') + readFileSync(certFile, 'utf8'));
  const [plain, controller, secure] = [await freePort(), await freePort(), await freePort()];
  const scramLogin = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const server = await startKafka({
    port: plain,
    scram: ['SCRAM-SHA-256=[name=jane,password=secret]', 'SCRAM-SHA-512=[name=jane,password=secret]'],
    properties: {
      listeners: `PLAINTEXT://127.0.0.1:${plain},SASL_SSL://127.0.0.1:${secure},CONTROLLER://127.0.0.1:${controller}`,
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${plain},SASL_SSL://127.0.0.1:${secure}`,
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL',
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.sasl_ssl.plain.sasl.jaas.config':
        'org.apache.kafka.common.security.plain.PlainLoginModule required user_jane="secret";',
      'listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config': scramLogin,
      'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': scramLogin,
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': keyStore,
    },
  });
  return { server, secureBrokers: [`127.0.0.1:${secure}`], caFile };
}
