/** Runs a command with the servers that `*.int-spec.ts` need: `node tools/servers/with-servers.mjs -- <command…>`. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { startPostgres } from './postgres.mjs';

const separator = process.argv.indexOf('--');
const [program, ...args] = separator === -1 ? [] : process.argv.slice(separator + 1);
if (program === undefined) {
  process.stderr.write('usage: node tools/servers/with-servers.mjs -- <command…>\n');
  process.exit(64);
}
process.exitCode = await main();

async function main() {
  let postgres;
  try {
    postgres = await startPostgres();
  } catch (error) {
    process.stderr.write(`cannot start the servers for the tests: ${error.message}\n`);
    return 1;
  }
  try {
    return await run({ ...process.env, WHORAN_TEST_POSTGRES_URL: postgres.url });
  } finally {
    await postgres.stop();
  }
}

/** The status of the command, or 128 and the number of the signal that ended it, as shells do. */
function run(env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit', env });
    const pass = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, pass);
    child.once('error', (error) => {
      process.stderr.write(`cannot run ${program}: ${error.message}\n`);
      resolve(127);
    });
    child.once('exit', (status, signal) => resolve(status ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
