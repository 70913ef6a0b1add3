import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, jest } from '@jest/globals';
import { startAllInOne } from './all-in-one.ts';

// Six services, a database and a replay, on a machine that may be busy.
jest.setTimeout(120_000);

const RECORDING = fileURLToPath(new URL('../../../recordings/exec-a', import.meta.url));
const PORTS = Object.fromEntries(
  ['WEBHOOK', 'AUDIT', 'FALCO', 'RESOLVER', 'ROUTER', 'FORENSICS'].map((name) => [`WHORAN_${name}_PORT`, '0']),
);

it('tells who ran what, says where everything is, and ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'whoran-'));
  const lines: string[] = [];
  try {
    const env = { WHORAN_DATA_DIR: folder, WHORAN_FORENSICS_DATA_DIR: 'memory', ...PORTS };
    const whoran = await startAllInOne({ env, replay: RECORDING, print: (line) => void lines.push(line) });
    await whoran.introduce();
    const story = lines.join('\n');

    expect(lines).toEqual(expect.arrayContaining(['jane@example.com', `o'brien, bob "x" $HOME`, 'mallory', 'Listening']));
    expect(story).toContain('(kubernetes-admin acting as ops@example.com)  id');
    expect(story).toMatch(/Replayed session token: mallory in payments\/api-0/);
    expect(story).toMatch(/Forged session token: mallory in payments\/api-0/);
    expect(story).toMatch(/or jane@example\.com: tools\/box {2}sh -c sleep 1; id/);
    expect(story).not.toMatch(/1\.k1\.[\w-]{22}\.[\w-]{86}/);

    const search = /search +(\S+)/.exec(story)?.[1];
    const found = await fetch(`${search}/api/v1/commands?user=mallory&text=/etc/group`);
    expect(await found.json()).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ cluster: 'test-a', commandLine: 'cat /etc/group' })]),
    });
    expect(await whoran.stop()).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
