import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from '@jest/globals';
import { busyPorts } from './ports.ts';

it('names every port that is taken, with the setting that moves it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const wanted = { service: 'forensics', host: '127.0.0.1', port, setting: 'WHORAN_FORENSICS_PORT' };
  expect(await busyPorts([wanted, { ...wanted, port: 0 }])).toEqual([
    expect.stringContaining(`WHORAN_FORENSICS_PORT: port ${port} of 127.0.0.1 is in use`),
  ]);
  server.close();
  await once(server, 'close');
  expect(await busyPorts([wanted])).toEqual([]);
});
