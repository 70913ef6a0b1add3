import { type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent, type RequestOptions, request as tlsRequest } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { encodeJson, parseJson } from '@whoran/contracts';
import { ConfigInvalid, DependencyUnavailable, isRecord, messageOf, truncate } from '@whoran/kernel';
import type { ClusterAccess } from '@whoran/response';
import { type ClusterAnswer, ClusterApi, type ClusterRequest } from './cluster-api.ts';

const TIMEOUT = 10_000;
/** A page of 500 bindings is far below this. */
const MAX_ANSWER = 32 << 20;

/** An API server over HTTP, as a kubeconfig says or as the service account of the pod. */
export class HttpClusterApi extends ClusterApi {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(
    private readonly config: KubeConfig,
    private readonly server: URL,
  ) {
    super();
  }

  override async send(asked: ClusterRequest): Promise<ClusterAnswer> {
    const { status, text } = await this.exchange(asked).catch((error: unknown) => {
      throw new DependencyUnavailable(`the API server does not answer: ${messageOf(error)}`, { cause: error });
    });
    const parsed = parseJson(text);
    const body = parsed.ok ? parsed.value : undefined;
    const said = isRecord(body) && typeof body['message'] === 'string' ? body['message'] : `HTTP status ${status}`;
    const message = truncate(said, 500);
    // 429 is also how an eviction is told that a disruption budget does not allow it now.
    if (status === 429 || status >= 500) throw new DependencyUnavailable(`the API server says: ${message}`);
    return { status, body, message };
  }

  override close(): void {
    this.agent.destroy();
  }

  private async exchange(asked: ClusterRequest): Promise<{ readonly status: number; readonly text: string }> {
    const url = urlOf(this.server, asked);
    const body = asked.body === undefined ? undefined : encodeJson(asked.body);
    const options: RequestOptions = {
      method: asked.method,
      headers: {
        accept: asked.accept ?? 'application/json',
        'user-agent': 'whoran',
        ...(body === undefined
          ? {}
          : { 'content-type': asked.contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
      signal: AbortSignal.timeout(TIMEOUT),
    };
    const isPlain = url.protocol === 'http:';
    if (!isPlain) {
      // Adds certificates, tokens and those of programs that a kubeconfig names.
      await this.config.applyToHTTPSOptions(options);
    }
    return new Promise((resolve, reject) => {
      const sent = (isPlain ? plainRequest : tlsRequest)(url, options, (response) => {
        readAll(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
      });
      sent.on('error', reject).end(body);
    });
  }
}

/** Opens the way to an API server; nothing is asked yet. Throws ConfigInvalid. */
export async function openClusterApi(name: string, { kubeconfig, context }: ClusterAccess): Promise<ClusterApi> {
  // Loaded here: the client is large, and most routers do not respond.
  const { KubeConfig: Config } = await import('@kubernetes/client-node');
  const config = new Config();
  try {
    if (kubeconfig === undefined) config.loadFromCluster();
    else config.loadFromFile(kubeconfig);
    if (context !== undefined) config.setCurrentContext(context);
    return new HttpClusterApi(config, new URL(config.getCurrentCluster()?.server ?? ''));
  } catch (error) {
    const source = kubeconfig ?? 'the service account of this pod';
    throw new ConfigInvalid(`cluster ${name} of the response file: ${source} cannot be used: ${messageOf(error)}`);
  }
}

function urlOf(server: URL, { path, query = {} }: ClusterRequest): URL {
  const url = new URL(`${server.origin}${server.pathname.replace(/\/+$/, '')}${path}`);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER) throw new Error(`the answer is longer than ${MAX_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
