import type { Bus } from '@whoran/bus';
import { type AuditEvent, topics } from '@whoran/contracts';

/** Enough for every request of a run. */
const CAPACITY = 100_000;

/** What the API server itself said in its audit events: what whoran's answers are compared with. */
export class AuditObserver {
  private readonly ids = new Map<string, string>();
  private readonly namespaces = new Set<string>();

  /** Listens from now on. */
  static async on(bus: Bus): Promise<AuditObserver> {
    const observer = new AuditObserver();
    await bus.subscribe({
      group: 'e2e',
      topic: topics.auditEvents,
      handle: async (events) => events.forEach((event) => observer.take(event)),
    });
    return observer;
  }

  /** The audit id of the request whose annotation names this session. */
  auditIdOf(session: string): string | undefined {
    return this.ids.get(session);
  }

  /** Whether any event about a namespace has come. */
  hasHeardOf(namespace: string): boolean {
    return this.namespaces.has(namespace);
  }

  private take({ annotations, auditID, objectRef }: AuditEvent): void {
    const session = annotations?.['exec.whoran.dev/session'];
    if (session !== undefined && this.ids.size < CAPACITY) this.ids.set(session, auditID);
    if (objectRef?.namespace !== undefined && this.namespaces.size < CAPACITY) this.namespaces.add(objectRef.namespace);
  }
}
