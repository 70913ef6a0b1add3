/** One request to an API server. */
export interface ClusterRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  /** JSON, unless a patch says otherwise. */
  readonly contentType?: string;
  /** Such as metadata only. */
  readonly accept?: string;
}

/** What the API server answered, whatever it is. `message`: its own words about a refusal. */
export interface ClusterAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly message: string;
}

/** The door to an API server. */
export abstract class ClusterApi {
  /** Makes one request. Rejects with DependencyUnavailable when there is no answer, or one that says to come again. */
  abstract send(request: ClusterRequest): Promise<ClusterAnswer>;
  abstract close(): void;
}
