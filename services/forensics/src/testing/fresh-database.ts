import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Makes an empty database on the test server and answers its URL. */
export async function freshDatabase(): Promise<string> {
  const server = process.env['WHORAN_TEST_POSTGRES_URL'];
  if (!server) {
    throw new Error(
      'WHORAN_TEST_POSTGRES_URL is not set: run this through `node tools/servers/with-servers.mjs -- <command>`, which starts a PostgreSQL for it',
    );
  }
  const name = `spec_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client(server);
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
