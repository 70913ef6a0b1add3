import { once } from 'node:events';
import { connect } from 'node:net';

const LIMIT = 5000;

/** Makes Redis forget everything. */
export async function flushRedis(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    socket.write('FLUSHALL\r\n');
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(LIMIT) })) as [Buffer];
    if (!answer.toString().startsWith('+OK')) throw new Error(`Redis was not flushed: ${answer.toString().trim()}`);
  } finally {
    socket.destroy();
  }
}
