import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InProcessBus } from '@whoran/bus';
import { type Alert, type Delivery, type Response, topics } from '@whoran/contracts';
import { SystemClock } from '@whoran/service-kit';
import { type ServiceInSpec, startForSpec } from '@whoran/testing';
import { type AlertRouterConfig, alertRouter } from '../index.ts';
import { FakeCluster } from './fake-cluster.ts';

/** Tokens of the API: two people, and one that says nothing about who has it. */
export const TOKENS = { ana: 'token-of-ana-0000', bob: 'token-of-bob-0000', shared: 'shared-token-0000' } as const;

/** A router that responds, a cluster, and all that was told about responses. */
export class ResponseScene {
  readonly cluster = new FakeCluster();
  readonly told: Response[] = [];
  readonly deliveries: Delivery[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'response-'));
  readonly bus = new InProcessBus(new SystemClock());
  private router: ServiceInSpec | undefined;

  /** Starts a router with this response file. `prod` is the cluster. */
  async start(file: string, config: Partial<AlertRouterConfig> = {}): Promise<void> {
    const kubeconfig = join(this.folder, 'kubeconfig');
    await this.cluster.start(kubeconfig);
    const responseFile = join(this.folder, 'response.yaml');
    writeFileSync(responseFile, `clusters: { prod: { kubeconfig: ${kubeconfig} } }\n${file}`);
    await this.bus.subscribe({ group: 'spec', topic: topics.responses, handle: async (batch) => void this.told.push(...batch) });
    await this.bus.subscribe({ group: 'spec', topic: topics.deliveries, handle: async (batch) => void this.deliveries.push(...batch) });
    const apiTokens = `ana:${TOKENS.ana} bob:${TOKENS.bob} ${TOKENS.shared}`;
    this.router = await startForSpec(alertRouter, { port: 0, rulesFiles: [], apiTokens, responseFile, ...config }, { bus: this.bus });
  }

  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Asks the API as somebody; a body means POST. */
  async ask<T = Response>(path: string, body?: object, token: string = TOKENS.ana): Promise<{ readonly status: number; readonly body: T }> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${this.router?.service.url ?? ''}/api/v1/responses${path}`, { headers, ...post });
    return { status: answer.status, body: (await answer.json()) as T };
  }

  async alert(...alerts: readonly Alert[]): Promise<void> {
    await this.bus.publish(topics.alerts, alerts);
  }

  /** The states that a response went through, as everybody was told. */
  states(id: string): readonly string[] {
    return this.told.filter((response) => response.id === id).map(({ state }) => state);
  }

  async stop(): Promise<void> {
    await this.router?.service.stop();
    await this.cluster.stop();
    rmSync(this.folder, { recursive: true });
  }
}
