import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Agent } from 'undici';
import { FalcoSender } from './falco-sender.ts';

let server: Server;
let dispatcher: Agent;
let answers: number[] = [];
let bodies: string[] = [];

beforeEach(async () => {
  [answers, bodies, dispatcher] = [[], [], new Agent()];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      const status = answers.shift() ?? 200;
      if (status === 0) response.destroy();
      else
        response
          .writeHead(status, { 'retry-after': '0' })
          .end(status === 299 ? '{"deadLettered":1,"problems":["bad"]}' : '{"deadLettered":0}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  await dispatcher.close();
  server.close();
});

function aSender(batch: number) {
  const became: string[] = [];
  const listener = {
    confirmed: (numbers: readonly number[]) => became.push(`confirmed ${numbers.join(',')}`),
    lost: (numbers: readonly number[]) => became.push(`lost ${numbers.join(',')}`),
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const endpoints = { webhook: () => url, audit: () => url, falco: () => url, ingestToken: () => 'secret', dispatcher };
  const sender = new FalcoSender({ cluster: 'alpha', batch, endpoints, listener });
  for (const number of [1, 2, 3]) sender.add(`{"n":${number}}`, number);
  return { sender, became };
}

it.each([
  ['in batches', 2, [], ['confirmed 1,2', 'confirmed 3']],
  ['one by one', 1, [], ['confirmed 1', 'confirmed 2', 'confirmed 3']],
  ['again and in order after 503', 2, [503, 503], ['confirmed 1,2', 'confirmed 3']],
  ['not again after another error', 2, [500], ['lost 1,2', 'confirmed 3']],
  ['not again when the connection breaks', 2, [0], ['lost 1,2', 'confirmed 3']],
])('sends %s', async (_, batch, given, expected) => {
  answers = [...given];
  const { sender, became } = aSender(batch);
  await sender.idle();
  expect(became).toEqual(expected);
  expect(sender.postponed).toBe(given.filter((status) => status === 503).length);
});
