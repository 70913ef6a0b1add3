import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';

/** An object as the fake keeps it. */
export interface FakeObject {
  metadata: { name: string; namespace?: string; uid?: string; resourceVersion?: string; [more: string]: unknown };
  [more: string]: unknown;
}

type Body = FakeObject & { preconditions?: { uid?: string }; deleteOptions?: { preconditions?: { uid?: string } } };

/** The calls of an API server that responses make, with its rules about names, uids, versions and dry runs. */
export class FakeCluster {
  /** By path, such as /api/v1/namespaces/payments/pods/api-0. */
  readonly objects = new Map<string, FakeObject>();
  /** Every change that was asked for: method and path, and "dry" if it was a dry run. */
  readonly changes: string[] = [];
  /** Answers requests whose method and path match with this status instead. */
  refuse: { readonly match: RegExp; readonly status: number; times: number } | undefined;
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));
  private version = 0;

  /** Starts, and writes a kubeconfig for it. */
  async start(kubeconfig: string): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const server = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    const cluster = { clusters: [{ name: 'c', cluster: { server } }], users: [{ name: 'u', user: {} }] };
    const context = { contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }], 'current-context': 'x' };
    writeFileSync(kubeconfig, JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...cluster, ...context }));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Puts an object there; what is not given is made up. */
  put(collection: string, object: FakeObject): string {
    const path = `${collection}/${object.metadata.name}`;
    const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
    const uid = object.metadata.uid ?? `uid-${(this.version += 1)}`;
    const metadata = {
      ...object.metadata,
      uid,
      resourceVersion: String((this.version += 1)),
      ...(namespace === undefined ? {} : { namespace }),
    };
    this.objects.set(path, { ...object, metadata });
    return path;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { status, body } = this.respond(request.method ?? 'GET', url, text === '' ? undefined : (JSON.parse(text) as Body));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  private respond(method: string, url: URL, body: Body | undefined): { readonly status: number; readonly body: unknown } {
    const path = decodeURIComponent(url.pathname);
    const dry = url.searchParams.get('dryRun') === 'All';
    if (method !== 'GET') this.changes.push(`${method} ${path}${dry ? ' dry' : ''}`);
    if (this.refuse?.match.test(`${method} ${path}`) && this.refuse.times-- > 0) return failure(this.refuse.status, 'refused by the spec');
    if (method === 'GET') return this.read(path);
    if (!body) return failure(400, 'no body');
    if (method === 'DELETE') return this.remove(path, body, dry);
    if (method !== 'POST') return this.update(path, { method, body, dry });
    return path.endsWith('/eviction') ? this.remove(path.slice(0, -9), body.deleteOptions, dry) : this.create(path, body, dry);
  }

  private update(path: string, { method, body, dry }: { readonly method: string; readonly body: Body; readonly dry: boolean }) {
    const found = this.objects.get(path);
    if (!found) return failure(404, `${path} not found`);
    const isOld = method === 'PUT' && body.metadata.resourceVersion !== found.metadata.resourceVersion;
    if (isOld) return failure(409, 'the object has been modified');
    if (body.metadata.uid !== undefined && body.metadata.uid !== found.metadata.uid) return failure(409, 'the UID differs');
    const next = method === 'PUT' ? body : { ...found, metadata: merged(found.metadata, body.metadata) };
    if (!dry) this.objects.set(path, { ...next, metadata: { ...next.metadata, resourceVersion: String((this.version += 1)) } });
    return { status: 200, body: next };
  }

  private read(path: string) {
    const found = this.objects.get(path);
    if (found) return { status: 200, body: found };
    const plural = path.split('/').at(-1) ?? '';
    const all = [...this.objects].filter(([key]) => {
      const collection = key.slice(0, key.lastIndexOf('/'));
      return collection === path || (collection.endsWith(`/${plural}`) && !path.includes('/namespaces/'));
    });
    const isCollection = /^(pods|secrets|rolebindings|clusterrolebindings|networkpolicies)$/.test(plural);
    return isCollection
      ? { status: 200, body: { metadata: {}, items: all.map(([, object]) => object) } }
      : failure(404, `${path} not found`);
  }

  private create(path: string, body: Body, dry: boolean) {
    if (this.objects.has(`${path}/${body.metadata.name}`)) return failure(409, 'already exists');
    if (!dry) this.put(path, body);
    return { status: 201, body };
  }

  private remove(path: string, options: Pick<Body, 'preconditions'> | undefined, dry: boolean) {
    const found = this.objects.get(path);
    if (!found) return failure(404, `${path} not found`);
    const uid = options?.preconditions?.uid;
    if (uid !== undefined && uid !== found.metadata.uid) return failure(409, 'the UID in the precondition does not match');
    if (!dry) this.objects.delete(path);
    return { status: 200, body: {} };
  }
}

function failure(status: number, message: string) {
  return { status, body: { kind: 'Status', message } };
}

/** A merge patch: null removes. */
function merged<T extends object>(old: T, patch: object): T {
  const next = new Map<string, unknown>(Object.entries(old));
  for (const [key, value] of Object.entries(patch) as [string, unknown][]) {
    const before = next.get(key);
    if (value === null) next.delete(key);
    else next.set(key, isObject(value) ? merged(isObject(before) ? before : {}, value) : value);
  }
  return Object.fromEntries(next) as T;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
