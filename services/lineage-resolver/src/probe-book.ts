import type { AuditEvent } from '@whoran/contracts';
import { type ProbeLookup, runs } from '@whoran/lineage';

type Commands = readonly (readonly string[])[];

const MAX_PODS = 50_000;
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const HOOKS = ['postStart', 'preStop'] as const;

/** The commands that the kubelet runs in pods by itself, learned from the audit log's pod creations and updates. */
export class ProbeBook implements ProbeLookup {
  private readonly pods = new Map<string, ReadonlyMap<string, Commands>>();

  /** Learns from an audit event; those about anything but a pod's specification teach nothing. */
  take({ objectRef, responseObject, requestObject, responseStatus }: AuditEvent): void {
    if (objectRef?.resource !== 'pods' || objectRef.subresource !== undefined || (responseStatus?.code ?? 0) >= 300) return;
    const pod = record(responseObject ?? requestObject);
    const namespace = objectRef.namespace ?? '';
    const name = objectRef.name ?? record(pod['metadata'])['name'];
    const probes = probesOf(pod);
    if (typeof name !== 'string') return;
    const key = `${namespace}/${name}`;
    if (probes.size === 0) {
      this.pods.delete(key);
      return;
    }
    if (!this.pods.has(key) && this.pods.size >= MAX_PODS) this.pods.delete(this.pods.keys().next().value ?? '');
    this.pods.set(key, probes);
  }

  isProbe(namespace: string, pod: string, container: string | undefined, programs: Parameters<ProbeLookup['isProbe']>[3]): boolean {
    const probes = this.pods.get(`${namespace}/${pod}`);
    if (!probes) return false;
    const commands = container === undefined ? [...probes.values()].flat() : (probes.get(container) ?? []);
    return commands.some((command) => programs.some(({ value }) => runs(value, command)));
  }
}

function probesOf(pod: Readonly<Record<string, unknown>>): Map<string, Commands> {
  const spec = record(pod['spec']);
  const containers = [spec['containers'], spec['initContainers']].flatMap((list) => (Array.isArray(list) ? list.map(record) : []));
  const probes = new Map<string, Commands>();
  for (const container of containers) {
    const lifecycle = record(container['lifecycle']);
    const actions = [...PROBES.map((name) => container[name]), ...HOOKS.map((name) => lifecycle[name])];
    const commands = actions.map((action) => record(record(action)['exec'])['command']).filter(isCommand);
    const name = container['name'];
    if (typeof name === 'string' && commands.length > 0) probes.set(name, commands);
  }
  return probes;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function isCommand(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string');
}
