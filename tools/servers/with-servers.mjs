/**
 * Runs a command with the servers that `*.int-spec.ts` need: `node tools/servers/with-servers.mjs [--only kafka,redis] -- <command…>`.
 * It says where they are in WHORAN_TEST_POSTGRES_URL, WHORAN_TEST_KAFKA_BROKERS and WHORAN_TEST_REDIS_URL; a server whose
 * variable is set already is used and not started.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { startKafka } from './kafka.mjs';
import { startPostgres } from './postgres.mjs';
import { startRedis } from './redis.mjs';

const SERVERS = {
  postgres: { variable: 'WHORAN_TEST_POSTGRES_URL', start: startPostgres, address: ({ url }) => url },
  kafka: { variable: 'WHORAN_TEST_KAFKA_BROKERS', start: startKafka, address: ({ brokers }) => brokers.join(',') },
  redis: { variable: 'WHORAN_TEST_REDIS_URL', start: startRedis, address: ({ url }) => url },
};
const USAGE = `usage: node tools/servers/with-servers.mjs [--only ${Object.keys(SERVERS).join(',')}] -- <command…>\n`;

let child;
let ended; // the signal that asked us to end
// From the start on: a signal while the servers start must not leave them behind either.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    ended = signal;
    child?.kill(signal);
  });
}
const wanted = readArguments(process.argv.slice(2));
if (wanted === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 64;
} else {
  process.exitCode = await main(wanted);
}

function readArguments(args) {
  const separator = args.indexOf('--');
  const [program, ...rest] = separator === -1 ? [] : args.slice(separator + 1);
  const [flag, list, ...more] = args.slice(0, Math.max(separator, 0));
  const names = flag === undefined ? Object.keys(SERVERS) : (list ?? '').split(',');
  const valid = (flag === undefined || flag === '--only') && more.length === 0 && names.every((name) => Object.hasOwn(SERVERS, name));
  return program !== undefined && valid ? { program, args: rest, names } : undefined;
}

async function main({ program, args, names }) {
  const env = { ...process.env };
  const starts = names.map((name) => SERVERS[name]).filter(({ variable }) => !env[variable]);
  const outcomes = await Promise.allSettled(
    starts.map(async ({ variable, start, address }) => {
      const server = await start();
      env[variable] = address(server);
      return server;
    }),
  );
  const failures = outcomes.filter(({ status }) => status === 'rejected');
  for (const { reason } of failures) process.stderr.write(`cannot start the servers for the tests: ${reason.message}\n`);
  try {
    if (failures.length > 0) return 1;
    return ended === undefined ? await run(program, args, env) : statusOf(ended);
  } finally {
    await Promise.all(outcomes.map(({ value }) => value?.stop()));
  }
}

/** The status of the command, or 128 and the number of the signal that ended it, as shells do. */
function run(program, args, env) {
  return new Promise((resolve) => {
    child = spawn(program, args, { stdio: 'inherit', env });
    child.once('error', (error) => {
      process.stderr.write(`cannot run ${program}: ${error.message}\n`);
      resolve(127);
    });
    child.once('exit', (status, signal) => resolve(status ?? statusOf(signal)));
  });
}

function statusOf(signal) {
  return 128 + (constants.signals[signal] ?? 0);
}
