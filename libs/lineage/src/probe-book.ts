import type { AuditEvent } from '@whoran/contracts';
import type { ProbeLookup } from './cluster-lineage.ts';
import { runs } from './match-audit.ts';
import type { Probes, SharedFact } from './store/lineage-store.ts';

/** What the kubelet runs in a pod. */
export type PodProbes = Omit<SharedFact & { readonly kind: 'probes' }, 'kind'>;

const MAX_PODS = 50_000;
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const HOOKS = ['postStart', 'preStop'] as const;

/** The commands that the kubelet runs in pods by itself, learned from the audit log's pod creations and updates. */
export class ProbeBook implements ProbeLookup {
  private readonly pods = new Map<string, Probes>();

  /** Learns from an audit event; those about anything but a pod's specification teach nothing. Returns what was new. */
  take({ objectRef, responseObject, requestObject, responseStatus }: AuditEvent): PodProbes | undefined {
    if (objectRef?.resource !== 'pods' || objectRef.subresource !== undefined || (responseStatus?.code ?? 0) >= 300) return undefined;
    const namespace = objectRef.namespace ?? '';
    const body = record(responseObject ?? requestObject);
    const name = objectRef.name ?? record(body['metadata'])['name'];
    // A body without a specification, such as the answer to a deletion, must not hide the hook that runs before the end.
    if (typeof name !== 'string' || body['spec'] === undefined) return undefined;
    const learned = { namespace, pod: name, probes: probesOf(body) };
    return this.learn(learned) ? learned : undefined;
  }

  /** Takes in what is known of a pod; returns whether it was new. */
  learn({ namespace, pod, probes }: PodProbes): boolean {
    const key = `${namespace}/${pod}`;
    const old = this.pods.get(key);
    if (Object.keys(probes).length === 0) return this.pods.delete(key);
    if (old && JSON.stringify(old) === JSON.stringify(probes)) return false;
    if (!old && this.pods.size >= MAX_PODS) this.pods.delete(this.pods.keys().next().value ?? '');
    this.pods.set(key, probes);
    return true;
  }

  isProbe(namespace: string, pod: string, container: string | undefined, programs: Parameters<ProbeLookup['isProbe']>[3]): boolean {
    const probes = this.pods.get(`${namespace}/${pod}`);
    if (!probes) return false;
    const commands = container === undefined ? Object.values(probes).flat() : (new Map(Object.entries(probes)).get(container) ?? []);
    return commands.some((command) => programs.some(({ value }) => runs(value, command)));
  }
}

function probesOf(pod: Readonly<Record<string, unknown>>): Probes {
  const spec = record(pod['spec']);
  const containers = [spec['containers'], spec['initContainers']].flatMap((list) => (Array.isArray(list) ? list.map(record) : []));
  const probes = new Map<string, readonly (readonly string[])[]>();
  for (const container of containers) {
    const lifecycle = record(container['lifecycle']);
    const actions = [...PROBES.map((name) => container[name]), ...HOOKS.map((name) => lifecycle[name])];
    const commands = actions.map((action) => record(record(action)['exec'])['command']).filter(isCommand);
    const name = container['name'];
    if (typeof name === 'string' && commands.length > 0) probes.set(name, commands);
  }
  return Object.fromEntries(probes);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function isCommand(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string');
}
