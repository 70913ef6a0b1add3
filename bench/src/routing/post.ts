import { Agent, request } from 'undici';

const CONNECTIONS = 16;

/** Posts Falco's events, one a request on many connections, as Falco's programs do. Resolves when all are answered. */
export async function postEvents(url: string, events: number): Promise<void> {
  const dispatcher = new Agent({ connections: CONNECTIONS });
  let next = 0;
  const sender = async () => {
    while (next < events) {
      const body = bodyOf((next += 1));
      const answer = await request(url, { method: 'POST', body, dispatcher, headers: { 'content-type': 'application/json' } });
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  await dispatcher.close();
}

function bodyOf(number: number): string {
  const fields = { 'k8s.ns.name': 'payments', 'k8s.pod.name': 'api-0', 'proc.cmdline': 'id', 'user.name': 'root', 'evt.num': number };
  const event = { rule: `Rule ${number % 50}`, priority: 'Warning', source: 'syscall', time: new Date().toISOString(), hostname: 'node-a' };
  return JSON.stringify({ ...event, output: 'A shell was started', tags: ['shell'], output_fields: fields });
}
