import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InProcessBus } from '@whoran/bus';
import { type Alert, type AttributedEvent, type AuditEvent, topics } from '@whoran/contracts';
import { VirtualClock } from '@whoran/kernel';
import { LineWriter } from '@whoran/outputs';
import { type ServiceInSpec, startForSpec } from '@whoran/testing';
import { type AlertRouterConfig, alertRouter } from '../index.ts';

/** A router that runs rules of a spec, with everything that it published and printed. */
export class RouterScene {
  readonly folder = mkdtempSync(join(tmpdir(), 'rules-'));
  readonly clock = new VirtualClock(Date.parse('2026-01-01T10:00:00Z'));
  readonly alerts: Alert[] = [];
  readonly lines: string[] = [];
  private readonly bus = new InProcessBus(this.clock);
  private readonly running: ServiceInSpec[] = [];

  /** Before anything is published. */
  async listen(): Promise<void> {
    await this.bus.subscribe({ group: 'a', topic: topics.alerts, handle: async (batch) => void this.alerts.push(...batch) });
  }

  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  async start(config: Partial<AlertRouterConfig>): Promise<void> {
    const { clock, bus, lines } = this;
    this.running.push(await startForSpec(alertRouter, { port: 0, stdout: new Lines(lines), ...config }, { clock, bus }));
  }

  /** Starts a router with this rule file, and this file of rules settings if it says anything. */
  withRules(rules: string, settings = ''): Promise<void> {
    const file = settings === '' ? {} : { rulesSettingsFile: this.file('settings.yml', settings) };
    return this.start({ rulesFiles: [this.file('ours.yaml', rules)], ...file });
  }

  /** Resolves when nothing is left to be handled. */
  async publish(...events: readonly AttributedEvent[]): Promise<void> {
    await this.bus.publish(topics.attributedEvents, events);
    await this.bus.idle();
  }

  async audit(...events: readonly AuditEvent[]): Promise<void> {
    await this.bus.publish(topics.auditEvents, events);
    await this.bus.idle();
  }

  /** Where the router that was started last listens. */
  get url(): string {
    return this.running.at(-1)?.service.url ?? '';
  }

  async get(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const answer = await fetch(`${this.url}${path}`);
    return { status: answer.status, text: await answer.text() };
  }

  async metrics(): Promise<string> {
    return (await this.get('/metrics')).text;
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.splice(0).map(({ service }) => service.stop()));
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }
}

class Lines extends LineWriter {
  constructor(private readonly lines: string[]) {
    super();
  }

  override async write(line: string): Promise<void> {
    this.lines.push(line);
  }
}
