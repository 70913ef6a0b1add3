import { readFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Response } from '@whoran/contracts';
import { ResponseFile, readResponseSettings } from '@whoran/response';
import { readYaml } from '@whoran/settings-file';
import { aResponse } from '@whoran/testing';
import { parse, parseAllDocuments } from 'yaml';
import { runInSpec } from '../spec-support/run-in-spec.ts';

const deployed = (name: string) => readFileSync(fileURLToPath(new URL(`../../../deploy/kubernetes/${name}`, import.meta.url)), 'utf8');
const strange = 'jane\u001b[2J';
const theResponse = (different: Partial<Response> = {}): Response =>
  aResponse({ id: 'r1', target: { user: strange }, steps: [{ what: `keep user ${strange} out`, state: 'done' }], ...different });

describe('the ClusterRole of responses', () => {
  const rulesFrom = async (...options: readonly string[]) => {
    const { status, stdout } = await runInSpec(['response', 'cluster-role', ...options]);
    expect(status).toBe(0);
    return (parse(stdout) as { rules: readonly { resources: readonly string[]; verbs: readonly string[] }[] }).rules;
  };
  it('is what the file for operators has', async () => {
    const role = parseAllDocuments(deployed('response-access.yaml')).map((document) => document.toJS() as { kind: string; rules: object });
    expect(await rulesFrom()).toEqual(role.find(({ kind }) => kind === 'ClusterRole')?.rules);
  });
  it.each<[readonly string[], readonly string[]]>([
    [['--actions', 'quarantine'], []],
    [
      ['--actions', 'end-session'],
      ['pods get delete', 'pods/eviction create'],
    ],
    [['--actions', 'end-session', '--pods', 'delete'], ['pods get delete']],
    [
      ['--actions', 'isolate-pod'],
      ['pods get patch', 'networkpolicies create delete'],
    ],
    [
      ['--actions', 'quarantine', 'isolate-pod', 'end-session', '--pods', 'never'],
      ['pods get patch delete', 'networkpolicies create delete'],
    ],
  ])('with %j has %j', async (options, rules) => {
    expect((await rulesFrom(...options)).map(({ resources, verbs }) => [...resources, ...verbs].join(' '))).toEqual(rules);
  });
});

it('the response file for operators is one', () => {
  const file = readYaml(deployed('response-settings.yaml'), ResponseFile);
  if (!file.ok) throw new Error(JSON.stringify(file.error));
  expect(readResponseSettings(file.value.value)).toMatchObject({ ok: true, value: { maxDuration: 7 * 86_400_000 } });
});

describe('whoran response', () => {
  let server: Server | undefined;
  let asked: { readonly method: string | undefined; readonly url: string | undefined; readonly body: unknown }[] = [];
  afterEach(() => {
    server?.close();
    asked = [];
  });

  async function against(answer: object, status = 200) {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        asked.push({ method: request.method, url: request.url, body: text === '' ? undefined : JSON.parse(text) });
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const env = { WHORAN_ROUTER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, USER: 'ana' };
    return (...argv: readonly string[]) => runInSpec(['response', ...argv], { env });
  }

  it('asks for what the options say, and shows what became of it, without control characters', async () => {
    const run = await against(theResponse());
    const { status, stdout, stderr } = await run('quarantine', '--user', 'jane', '--for', '2h', '--reason', 'incident 42', '--id', 'r1');
    expect(status).toBe(0);
    const body = {
      id: 'r1',
      action: 'quarantine',
      target: { user: 'jane' },
      reason: 'incident 42',
      author: 'ana',
      dryRun: false,
      duration: '2h',
    };
    expect(asked).toEqual([{ method: 'POST', url: '/api/v1/responses', body }]);
    expect(stdout).toMatch(/✓ done +keep user jane.+ out/);
    expect(stdout).not.toContain('\u001b');
    expect(stderr).toContain('"whoran response undo r1" takes it back');
  });

  it('says that it is so already', async () => {
    const run = await against(theResponse({ id: 'earlier' }));
    const { status, stderr } = await run('quarantine', '--user', 'jane', '--reason', 'x');
    expect([status, stderr]).toEqual([0, 'it is so already, by response earlier: nothing was done\n']);
  });

  it('ends with 1 when it failed', async () => {
    const run = await against(theResponse({ state: 'failed', error: '1 of 2 steps failed' }));
    expect(await run('undo', 'r1')).toMatchObject({ status: 1, stderr: 'failed: 1 of 2 steps failed\n' });
    expect(asked[0]).toEqual({ method: 'POST', url: '/api/v1/responses/r1/undo', body: { by: 'ana' } });
  });

  it('passes on what the router says', async () => {
    const run = await against({ error: { code: 'HTTP_400', message: '/target: names nobody' } }, 400);
    expect(await run('quarantine', '--reason', 'x')).toMatchObject({ status: 2, stderr: 'whoran: /target: names nobody\n' });
  });

  it('lists what is in force', async () => {
    const run = await against({
      items: [theResponse(), theResponse({ id: 'r2', state: 'undone' }), theResponse({ id: 'r3', dryRun: true })],
    });
    const { stdout } = await run('list', '--active', '-o', 'csv');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(',').at(-2)),
    ).toEqual(['id', 'r1']);
  });
});
