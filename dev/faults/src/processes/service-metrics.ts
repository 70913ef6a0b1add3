import { type Dispatcher, request } from 'undici';

/** What a service says of itself. */
export interface ServiceMetrics {
  /** MiB of JavaScript objects. */
  readonly heap: number;
  /** Sockets, timers and whatever else keeps the process alive. */
  readonly resources: number;
  readonly timers: number;
}

const MEBIBYTE = 1024 * 1024;

/** Reads /metrics of a service; nothing when it does not answer. */
export async function serviceMetrics(url: string, dispatcher: Dispatcher): Promise<ServiceMetrics | undefined> {
  try {
    const { body } = await request(`${url}/metrics`, { dispatcher, headersTimeout: 2000 });
    return readMetrics(await body.text());
  } catch {
    return undefined; // a service that is being replaced has no metrics
  }
}

/** Reads the text that Prometheus reads. */
export function readMetrics(text: string): ServiceMetrics {
  return {
    heap: (valueOf(text, 'nodejs_heap_size_used_bytes') ?? 0) / MEBIBYTE,
    resources: valueOf(text, 'nodejs_active_resources_total') ?? 0,
    timers: valueOf(text, 'nodejs_active_resources{type="Timeout"') ?? 0,
  };
}

function valueOf(text: string, start: string): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(start) && /[ {,]/.test(candidate.charAt(start.length)));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}
