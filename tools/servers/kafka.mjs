/** Starts an Apache Kafka of its own for tests: one process that is broker and controller (KRaft), on a loopback port. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { javaProgram } from './java-program.mjs';
import { freePort, runServer, serverFolder } from './server-process.mjs';

const HOW_TO_INSTALL =
  'The tests run Apache Kafka from its Maven artifacts and need the programs java (17 or later) and mvn. Install them:\n' +
  '  Debian, Ubuntu: apt-get install openjdk-17-jre-headless maven     Fedora: dnf install java-17-openjdk-headless maven\n' +
  '  Alpine: apk add openjdk17-jre-headless maven                      macOS: brew install openjdk@17 maven\n' +
  'or set WHORAN_TEST_KAFKA_BROKERS to the address of a Kafka that runs.';
const POM = fileURLToPath(new URL('kafka/pom.xml', import.meta.url));
const CLUSTER = 'd2hvcmFuLXRlc3Qta2Fma2E';
const LOG_LEVELS = ['defaultLogLevel=warn', 'log.kafka.server.KafkaRaftServer=info', 'showDateTime=true', 'dateTimeFormat=HH:mm:ss.SSS'];

/**
 * Resolves with the addresses of a broker that answers, and how to end it. A given folder keeps its data: a broker started on
 * it later, with the same port, goes on where this one ended. `properties` add to or replace settings of the broker, `heap`
 * is the most memory of its heap as Java writes it, `javaOptions` are passed on, and `scram` are users of a new broker such as
 * `SCRAM-SHA-256=[name=jane,password=secret]`.
 */
export async function startKafka({ port: wanted, folder: given, properties = {}, scram = [], heap = '512m', javaOptions = [] } = {}) {
  const { java, classPath } = javaProgram({ name: 'kafka', title: 'Apache Kafka', pom: POM, howToInstall: HOW_TO_INSTALL });
  const { folder, temporary } = serverFolder('kafka', given);
  const port = wanted ?? (await freePort());
  const file = join(folder, 'server.properties');
  writeFileSync(file, propertiesFile({ ...brokerProperties({ folder, port, controller: await freePort() }), ...properties }));
  const levels = LOG_LEVELS.map((level) => `-Dorg.slf4j.simpleLogger.${level}`);
  if (!existsSync(join(folder, 'data', 'meta.properties'))) format({ java, classPath, file, levels, scram });
  const server = await runServer({
    name: 'Kafka',
    program: java,
    args: [`-Xmx${heap}`, '-XX:+ExitOnOutOfMemoryError', ...levels, ...javaOptions, '-cp', classPath, 'kafka.Kafka', file],
    folder,
    temporary,
    isReady: (log) => log.includes('Kafka Server started'),
  });
  return { ...server, port, brokers: [`127.0.0.1:${port}`] };
}

function brokerProperties({ folder, port, controller }) {
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    // A group of tests shall not wait for members that do not come.
    'group.initial.rebalance.delay.ms': 0,
    // A broker that was killed is let in again only when the controller has given the old one up, after 9 s by default.
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 200,
  };
}

function propertiesFile(properties) {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** `kafka.Kafka` refuses a folder that was not formatted. */
function format({ java, classPath, file, levels, scram }) {
  const tool = ['-XX:TieredStopAtLevel=1', '-cp', classPath, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER, '-c', file];
  const args = [...levels, ...tool, ...scram.flatMap((user) => ['--add-scram', user])];
  execFileSync(java, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
