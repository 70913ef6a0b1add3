/** Runs PGlite in a thread of its own: a long search must not hold up the services that share the process. */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';

const database = await PGlite.create({
  ...(workerData.folder === undefined ? {} : { dataDir: workerData.folder }),
  extensions: { pg_trgm },
});
parentPort.postMessage({ ready: true });

parentPort.on('message', async ({ id, kind, text, values }) => {
  try {
    parentPort.postMessage({ id, rows: await run(kind, text, values) });
  } catch (error) {
    parentPort.postMessage({ id, error: { message: String(error?.message ?? error), code: error?.code } });
  }
});

async function run(kind, text, values) {
  if (kind === 'query') return (await database.query(text, values)).rows;
  if (kind === 'script') await database.exec(text);
  if (kind === 'close') {
    await database.exec('checkpoint');
    await database.close();
  }
  return [];
}
