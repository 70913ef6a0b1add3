/** Starts an S3Proxy of its own for tests: a server compatible with S3 that checks signatures and keeps objects as files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { javaProgram } from './java-program.mjs';
import { freePort, runServer, serverFolder } from './server-process.mjs';

const HOW_TO_INSTALL =
  'The tests run S3Proxy from its Maven artifacts and need the programs java (17 or later) and mvn. Install them:\n' +
  '  Debian, Ubuntu: apt-get install openjdk-17-jre-headless maven     macOS: brew install openjdk@17 maven';
const POM = fileURLToPath(new URL('s3proxy/pom.xml', import.meta.url));

/** Resolves with the URL of a server that has the buckets, the folder of their objects, and how to end it. */
export async function startS3Proxy({ identity, credential, buckets = [] }) {
  const { java, classPath } = javaProgram({ name: 's3proxy', title: 'S3Proxy', pom: POM, howToInstall: HOW_TO_INSTALL });
  const { folder, temporary } = serverFolder('s3proxy');
  const port = await freePort();
  const objects = join(folder, 'objects');
  for (const bucket of buckets) mkdirSync(join(objects, bucket), { recursive: true });
  const properties = {
    's3proxy.authorization': 'aws-v2-or-v4',
    's3proxy.endpoint': `http://127.0.0.1:${port}`,
    's3proxy.identity': identity,
    's3proxy.credential': credential,
    'jclouds.provider': 'filesystem-nio2',
    'jclouds.filesystem.basedir': objects,
    'jclouds.identity': 'local',
    'jclouds.credential': 'local',
  };
  const file = join(folder, 's3proxy.properties');
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''));
  const server = await runServer({
    name: 'S3Proxy',
    program: java,
    args: ['-Xmx256m', '-cp', classPath, 'org.gaul.s3proxy.Main', '--properties', file],
    folder,
    temporary,
    isReady: (log) => log.includes('Started'),
  });
  return { ...server, url: `http://127.0.0.1:${port}`, objects };
}
