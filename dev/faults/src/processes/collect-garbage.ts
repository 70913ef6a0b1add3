import { readFileSync } from 'node:fs';

/** With this in NODE_OPTIONS a service says in its log where `collectGarbage` finds it. */
export const INSPECTED = '--inspect=127.0.0.1:0';

const LISTENING = /^Debugger listening on (ws:\S+)$/gm;
const LIMIT = 30_000;

/** Has a service collect its garbage and say how many MiB are left. What grows from then on is held by somebody. */
export async function collectGarbage(logFile: string): Promise<number | undefined> {
  const url = [...readFileSync(logFile, 'utf8').matchAll(LISTENING)].at(-1)?.[1];
  if (url === undefined) return undefined;
  const inspector = new WebSocket(url);
  try {
    await opened(inspector);
    await call(inspector, 1, 'HeapProfiler.collectGarbage');
    const usage = await call(inspector, 2, 'Runtime.getHeapUsage');
    return ((usage.usedSize ?? 0) + (usage.backingStorageSize ?? 0)) / 2 ** 20;
  } finally {
    inspector.close();
  }
}

interface Answer {
  readonly usedSize?: number;
  /** Of buffers, which lie outside of the heap. */
  readonly backingStorageSize?: number;
}

function opened(inspector: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    inspector.addEventListener('open', () => resolve(), { once: true });
    inspector.addEventListener('error', () => reject(new Error(`no inspector answers at ${inspector.url}`)), { once: true });
  });
}

function call(inspector: WebSocket, id: number, method: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${method} took more than ${LIMIT / 1000} s`)), LIMIT);
    const answered = ({ data }: MessageEvent) => {
      const answer = JSON.parse(String(data)) as { readonly id?: number; readonly result?: Answer };
      if (answer.id !== id) return;
      clearTimeout(late);
      inspector.removeEventListener('message', answered);
      resolve(answer.result ?? {});
    };
    inspector.addEventListener('message', answered);
    inspector.send(JSON.stringify({ id, method }));
  });
}
