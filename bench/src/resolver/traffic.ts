import type { ExecSession, FalcoEvent } from '@whoran/contracts';
import { type SimContainer, type SimProcess, SimulatedNode } from '@whoran/testing/simulated-node';

/** How large the simulated clusters are. */
export interface TrafficSize {
  readonly clusters: number;
  readonly nodesPerCluster: number;
  /** One in so many starts belongs to a person's session. */
  readonly sessionsOneIn: number;
}

interface Node {
  readonly sim: SimulatedNode;
  readonly containers: readonly SimContainer[];
  /** Shells of people, the latest last. */
  readonly shells: SimProcess[];
  turn: number;
}

const PODS = 8;
const OPEN_SHELLS = 10;
const STARTS_PER_SHELL = 10;
const BEGIN = 1_767_261_600_000_000_000n;

/**
 * What Falco and the API server tell of busy clusters, without an end: daemons that start programs all the time, and people
 * with shells that do the same. A start is a fork, told by both sides, and a program; some programs start another one.
 */
export class Traffic {
  private readonly nodes: readonly Node[];
  private round = 0;

  constructor(private readonly size: TrafficSize) {
    const { clusters, nodesPerCluster } = size;
    this.nodes = Array.from({ length: clusters * nodesPerCluster }, (_, index) => {
      const cluster = `cluster-${index % clusters}`;
      const sim = new SimulatedNode(BEGIN, 0n, `${cluster}-node-${Math.floor(index / clusters)}`, { cluster, sessionsFrom: index * 1e7 });
      const containers = Array.from({ length: PODS }, (_, pod) => sim.container(`api-${index}-${pod}`));
      return { sim, containers, shells: [], turn: index };
    });
  }

  /** One start on every node: the reports of sessions, and the events in the order in which Falco saw them, with all fields or few. */
  next(whole = true): { readonly reports: ExecSession[]; readonly events: FalcoEvent[] } {
    const reports: ExecSession[] = [];
    const events: FalcoEvent[] = [];
    for (const node of this.nodes) {
      this.start(node);
      for (const input of node.sim.inputs.splice(0)) {
        if (input.kind === 'report') reports.push(input.report);
        else events.push(whole ? asRecorded(input.event, (this.round += 1)) : input.event);
      }
    }
    return { reports, events };
  }

  private start(node: Node): void {
    const { sim, containers, shells } = node;
    const turn = (node.turn += 1);
    sim.wait(5);
    const container = containers[turn % PODS] as SimContainer;
    if (turn % this.size.sessionsOneIn !== 0) return run(sim, container.main, ['sh', '-c', 'test -f /run/ready'], turn % 4 === 0);
    const sessionTurn = turn / this.size.sessionsOneIn;
    if (sessionTurn % STARTS_PER_SHELL === 1) {
      const { root } = sim.exec(container, { user: `user-${turn % 50}@example.com`, command: ['bash'] });
      shells.push(root);
      if (shells.length > OPEN_SHELLS) sim.exit(shells.shift() as SimProcess);
      return;
    }
    const shell = shells[sessionTurn % shells.length] ?? container.main;
    run(sim, shell, ['grep', '-r', `pattern-${turn % 100}`, '/etc/app'], turn % 4 === 0);
  }
}

function run(sim: SimulatedNode, parent: SimProcess, argv: readonly string[], another: boolean): void {
  const child = sim.fork(parent);
  sim.start(child, argv);
  if (another) run(sim, child, ['cat', '/etc/app/settings.yaml'], false);
  sim.exit(child);
}

/** The fields that Falco's rules for lineage add beside those that the resolver reads (recordings/exec-a). */
function asRecorded(event: FalcoEvent, round: number): FalcoEvent {
  const fields = event.output_fields;
  const message = `Process started (command=${String(fields['proc.cmdline'])} exe=${String(fields['proc.exepath'])} cwd=/ tty=0)`;
  return {
    ...event,
    message,
    output: `${event.time}: ${event.priority} ${message}`,
    tags: ['lineage'],
    output_fields: {
      ...fields,
      'container.image.repository': 'registry.example.com/payments/api',
      'container.image.tag': '1.14.2',
      'evt.hostname': event.hostname,
      'evt.time.iso8601': fields['evt.rawtime'],
      'k8s.pod.uid': '0097bc90-fde1-4c19-b671-6826dbb1fbf8',
      'proc.aname[1]': 'sh',
      'proc.aname[2]': 'containerd-shim',
      'proc.cwd': '/',
      'proc.sid': 1,
      'proc.tty': 0,
      'user.loginuid': -1,
      'user.name': 'root',
      'user.uid': 0,
    },
    whoran: { ...event.whoran, id: round.toString(16).padStart(32, '0') },
  };
}
