import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, type Server, connect, createServer } from 'node:net';
import type { SessionKind } from '@whoran/contracts';
import { PODS, type Stage, auditCheck } from '../stage.ts';

/** Attach and port-forward start no program: they work as ever, and are sessions without a token. */
export async function checkConnections(stage: Stage): Promise<void> {
  stage.checks.section('kubectl attach and port-forward');
  await stage.checks.check('attach shows what the program of the pod writes', async () => {
    const attached = stage.jane.start(['attach', PODS.shell], { interactive: true });
    await attached.until(/tick/);
    attached.kill('SIGTERM');
    await attached.finished;
  });
  await checkSession(stage, 'attach');
  await stage.checks.check('port-forward carries bytes', () => forward(stage));
  await checkSession(stage, 'port-forward');
}

async function checkSession(stage: Stage, kind: SessionKind): Promise<void> {
  const { checks, cli, jane, namespace } = stage;
  const filters = ['--namespace', namespace, '--kind', kind, '--user', jane.username];
  await checks.check(`${kind} is listed with its user, without a token`, async () => {
    const { pod, injected, reason } = await cli.session(filters, () => true);
    assert.deepEqual([pod, injected], [PODS.shell, false]);
    return reason;
  });
  await auditCheck(stage, `${kind} has its audit id`, async () => {
    const { id, audit } = await cli.session(filters, (session) => session.audit !== undefined);
    assert.equal(audit?.id, stage.whoran.audit.auditIdOf(id));
  });
}

/** On a cluster of the script, pods use the network of this machine: a server here is one in the pod. Elsewhere only the connection is made. */
async function forward({ jane, shape, signal }: Stage): Promise<string> {
  const server = await echoServer();
  const forwarding = jane.start(['port-forward', `pod/${PODS.shell}`, `:${(server.address() as AddressInfo).port}`]);
  try {
    const port = Number((await forwarding.until(/Forwarding from 127\.0\.0\.1:(\d+)/))[1]);
    if (shape.node === undefined) return 'connected; nothing listens in the pod';
    const socket = connect({ port, host: '127.0.0.1', signal });
    socket.write('through the pod');
    const [answer] = (await once(socket, 'data', { signal })) as [Buffer];
    socket.destroy();
    assert.equal(answer.toString(), 'through the pod');
    return 'and back';
  } finally {
    forwarding.kill('SIGTERM');
    await forwarding.finished;
    server.close();
  }
}

async function echoServer(): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
