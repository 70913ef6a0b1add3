import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../run/command.ts';
import { type Stage } from '../stage.ts';
import { CLUSTER } from '../whoran/cluster-name.ts';

const PROGRAM = fileURLToPath(new URL('../../../cli/bin/whoran.mjs', import.meta.url));

/** The program `whoran` as a person runs it. */
export async function checkCommandLine({ checks, awkward, whoran, signal }: Stage): Promise<void> {
  checks.section('The program whoran');
  const run = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await runCommand([process.execPath, PROGRAM, ...args], {
      signal,
      env: { WHORAN_URL: whoran.services.forensics.url },
    });
    assert.equal(code, 0, stderr);
    return stdout.toString();
  };
  await checks.check('whoran sessions --user finds the user with the awkward name', async () => {
    const table = await run('sessions', '--user', awkward.username, '--since', '1h');
    assert.ok(table.includes(awkward.username.slice(0, 8)), table);
  });
  await checks.check('whoran status knows the cluster', async () => assert.match(await run('status'), new RegExp(`\\b${CLUSTER}\\b`)));
}
