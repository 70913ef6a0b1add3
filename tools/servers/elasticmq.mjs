/** Starts an ElasticMQ of its own for tests: a message server with the interface and the limits of SQS. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { javaProgram } from './java-program.mjs';
import { freePort, runServer, serverFolder } from './server-process.mjs';

const HOW_TO_INSTALL =
  'The tests run ElasticMQ from its Maven artifacts and need the programs java (17 or later) and mvn. Install them:\n' +
  '  Debian, Ubuntu: apt-get install openjdk-17-jre-headless maven     macOS: brew install openjdk@17 maven';
const POM = fileURLToPath(new URL('elasticmq/pom.xml', import.meta.url));

/** Resolves with the URL of a server that has the queues, those that end in `.fifo` in order, and how to end it. */
export async function startElasticMq({ queues = [] }) {
  const { java, classPath } = javaProgram({ name: 'elasticmq', title: 'ElasticMQ', pom: POM, howToInstall: HOW_TO_INSTALL });
  const { folder, temporary } = serverFolder('elasticmq');
  const port = await freePort();
  const named = queues.map((name) => `"${name}" { fifo = ${name.endsWith('.fifo')}, contentBasedDeduplication = false }`);
  const file = join(folder, 'elasticmq.conf');
  writeFileSync(
    file,
    `include classpath("application.conf")
node-address { protocol = http, host = "127.0.0.1", port = ${port}, context-path = "" }
rest-sqs { enabled = true, bind-port = ${port}, bind-hostname = "127.0.0.1", sqs-limits = strict }
rest-stats { enabled = false }
queues { ${named.join('\n')} }
`,
  );
  const server = await runServer({
    name: 'ElasticMQ',
    program: java,
    args: ['-Xmx256m', `-Dconfig.file=${file}`, '-cp', classPath, 'org.elasticmq.server.Main'],
    folder,
    temporary,
    isReady: (log) => log.includes('started in'),
  });
  return { ...server, url: `http://127.0.0.1:${port}` };
}
