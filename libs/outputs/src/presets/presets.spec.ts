import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Output, outputKinds } from '@whoran/outputs';
import { aNotification } from '@whoran/testing';
import { HttpStandIn } from '../spec-support/http-stand-in.ts';
import { attempt, issuesOf, openOutput } from '../spec-support/open-output.ts';
import { loadPresets } from './load-presets.ts';
import { CHATS } from './spec-support/chats.ts';
import { NOTIFICATIONS } from './spec-support/notifications.ts';
import { PAGERS } from './spec-support/pagers.ts';
import { FILES, type Service } from './spec-support/service.ts';
import { PROGRAMS, STORES } from './spec-support/stores.ts';
import { presetNamed } from './spec-presets.ts';

const SERVICES: Readonly<Record<string, Service>> = { ...CHATS, ...PAGERS, ...STORES, ...PROGRAMS };
const EXTERNAL = 'https://whoran.example.com';

let server: HttpStandIn;
beforeAll(async () => {
  server = await HttpStandIn.start();
});
afterAll(() => server.stop());

function open(kind: string, settings: Readonly<Record<string, unknown>> = {}): Output {
  const all = { url: `${server.url}/hook`, external_url: EXTERNAL, ...SERVICES[kind]?.settings, ...settings };
  return openOutput(presetNamed(kind), all, { files: FILES });
}

/** Sends to the stand-in, which refuses what the service would refuse. */
async function sendTo(kind: string, name: string, settings: Readonly<Record<string, unknown>> = {}): Promise<string[]> {
  const service = SERVICES[kind] as Service;
  const problems: string[] = [];
  server.received.length = 0;
  server.answer = (response, _, received) => {
    if (received.url !== (service.path ?? '/hook')) problems.push(`sent to ${received.url}`);
    for (const [header, value] of Object.entries(service.headers ?? {})) {
      if (received.headers[header] !== value) problems.push(`header ${header}: ${String(received.headers[header])}`);
    }
    problems.push(...service.problems(received));
    const { status, body } = problems.length > 0 ? { status: 400, body: 'no' } : service.success(received);
    response.writeHead(status).end(body);
  };
  const output = open(kind, settings);
  const outcome = await attempt(output, NOTIFICATIONS[name] ?? aNotification());
  await output.close();
  return outcome.kind === 'delivered' ? problems : [...problems, outcome.error];
}

describe('the presets', () => {
  it('are all here, with a stand-in each', () => {
    const kinds = loadPresets().map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(Object.keys(SERVICES).toSorted());
    expect(outputKinds.map(({ kind }) => kind)).toEqual(expect.arrayContaining(kinds));
  });
  describe.each(Object.keys(SERVICES))('%s', (kind) => {
    it.each(Object.keys(NOTIFICATIONS))('is sent what it takes: %s', async (name) => {
      expect(await sendTo(kind, name)).toEqual([]);
      expect(server.received.length).toBeGreaterThan(0);
      const keys = server.received.map(({ headers }) => headers['idempotency-key']);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.every((key) => typeof key === 'string' && /^[\x21-\x7e]+$/.test(key))).toBe(true);
    });
    it('says the same when it is sent again', async () => {
      await sendTo(kind, 'a group');
      const first = [...server.received];
      await sendTo(kind, 'a group');
      expect(server.received.map(({ body, headers }) => [body, headers['idempotency-key']])).toEqual(
        first.map(({ body, headers }) => [body, headers['idempotency-key']]),
      );
    });
    it('tells no secret, whatever the service answers', async () => {
      const output = open(kind, { bearer_token_file: undefined });
      server.answer = (response, request, { body, url }) =>
        response.writeHead(403).end(`${url} ${JSON.stringify(request.headers)} ${body.slice(0, 5000)}`);
      const outcome = await attempt(output);
      await output.close();
      expect(outcome).toMatchObject({ kind: 'refused' });
      expect(JSON.stringify(outcome)).not.toMatch(/S3cret|\/hook/);
    });
    it('links to the session', async () => {
      await sendTo(kind, 'one alert');
      const linked = server.received.some(({ body }) =>
        body.includes(`${EXTERNAL}/api/v1/sessions/4cf8e840-6049-4b78-959e-559b16d942a4?cluster=test`),
      );
      expect(linked).toBe(kind in CHATS || kind in PAGERS || kind === 'http');
    });
  });
  it.each(['loki', 'elasticsearch', 'opensearch', 'splunk', 'datadog', 'newrelic', 'sumologic', 'webhook', 'http'])(
    '%s takes alerts in every format',
    async (kind) => {
      for (const [format, mark] of [
        ['falco', '"output_fields"'],
        ['ecs', '"ecs"'],
        ['ocsf', '"class_uid"'],
        ['cloudevents', '"specversion"'],
      ] as const) {
        await sendTo(kind, 'one alert', { format });
        expect(server.received[0]?.body.replaceAll('\\', '')).toContain(mark);
      }
    },
  );
  it.each([
    ['pagerduty', {}, ['']],
    ['telegram', { token_file: '/key', chat_id: '1' }, ['/token_file']],
    ['splunk', { url: 'https://s', token_file: '/none' }, ['/token_file']],
    ['slack', { url: 'https://s', texts: { title: '{{ tite }}' } }, ['/texts/title']],
    ['slack', { url: 'https://s', texts: { title: '{{ title | upper }}' } }, ['/texts/title']],
    ['slack', { url: 'https://s', batch: {} }, ['/batch']],
    [
      'http',
      { url: 'https://s', body: { a: '{{ alrt }}', b: [{ $value: 'alert.foo' }], c: { $if: 'x' } } },
      ['/body/a', '/body/b/0/$value', '/body/c'],
    ],
    ['http', { url: 'https://s', body: '{"user":"{{ alert.user }}"}' }, ['/body']],
    ['http', { url: 'https://s', body: '{% include "/etc/passwd" %}', content_type: 'text/plain' }, ['/body']],
  ])('%s refuses settings where they are wrong: %#', (kind, settings, items) => {
    expect(issuesOf(presetNamed(kind), settings, { files: FILES }).map(({ item }) => item)).toEqual(items);
  });
});
