import { randomUUID } from 'node:crypto';
import { encodeUser } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { askWebhook } from './ask-webhook.ts';
import { AuditLog } from './audit-log.ts';
import type { Endpoints } from './endpoints.ts';
import type { SimContainer } from './falco-line.ts';
import { FalcoSender } from './falco-sender.ts';
import { NodeClock } from './node-clock.ts';
import { ScriptRunner } from './script-runner.ts';
import { background, interactive, thief } from './scripts.ts';
import { SimNode } from './sim-node.ts';
import type { TruthBook } from './truth-book.ts';

/** One cluster under load. */
export interface ClusterLoadOptions {
  readonly cluster: string;
  /** Falco events a second, of all its nodes. */
  readonly rate: number;
  /** How far the clocks of its nodes are ahead of the API server's, milliseconds. */
  readonly skew: Millis;
  /** A word in the names of nodes and pods, so that no load meets what another left. */
  readonly word: string;
  readonly truth: TruthBook;
  readonly endpoints: Endpoints;
  readonly now: () => Millis;
  /** Hears why events were lost. */
  readonly complain: (why: string) => void;
}

/** A node's share of the events, and how many lines its sender puts into one request: one of the nodes sends as Falco does. */
const NODES = [
  { share: 0.49, batch: 100 },
  { share: 0.49, batch: 100 },
  { share: 0.02, batch: 1 },
] as const;
const PODS = 3;
const PROGRAMS = 15;
/** About what `interactive` reports; the share of events that belong to sessions follows from it. */
const EVENTS_OF_A_SESSION = 62;
const SHARE_OF_SESSIONS = 0.25;
/** Every so many sessions somebody steals a token. */
const THEFTS = 8;
const USERS = ['jane@example.com', 'bob', "Zoë O'Hara", 'system:serviceaccount:ci:deployer', 'oidc:alice "root" $HOME'];

interface NodeUnderLoad {
  readonly node: SimNode;
  readonly sender: FalcoSender;
  readonly containers: readonly SimContainer[];
  readonly share: number;
  made: number;
}

/** The nodes, users and API server of one cluster. It is told the time; it starts no timers for what it makes. */
export class ClusterLoad {
  private readonly nodes: readonly NodeUnderLoad[];
  private readonly audit: AuditLog;
  private readonly scripts = new ScriptRunner();
  private sessions = 0;
  private turn = 0;
  private readonly asking = new Set<Promise<void>>();

  constructor(private readonly options: ClusterLoadOptions) {
    this.audit = new AuditLog(options.cluster, options.endpoints);
    this.nodes = NODES.map(({ share, batch }, index) => this.node(`${options.word}-${options.cluster}-${index}`, share, batch));
    this.audit.start();
  }

  /** Makes what is due after so many milliseconds of load, and sends it. */
  tick(elapsed: Millis): void {
    const { rate, now } = this.options;
    const wanted = (elapsed / 1000) * ((rate * SHARE_OF_SESSIONS) / EVENTS_OF_A_SESSION);
    while (this.sessions < wanted) this.startSession();
    this.scripts.run(now());
    for (const one of this.nodes) {
      const due = (elapsed / 1000) * rate * one.share;
      while (one.made < due) background(one.node, this.containerOf(one), this.turn % 3 === 0);
      one.sender.flush();
    }
  }

  /** Runs what was begun to its end; nothing new begins. */
  finish(): boolean {
    this.scripts.run(this.options.now());
    for (const { sender } of this.nodes) sender.flush();
    return this.scripts.size === 0 && this.asking.size === 0;
  }

  /** Resolves when every sender was answered. */
  async settle(): Promise<void> {
    await Promise.all(this.nodes.map(({ sender }) => sender.idle()));
    await this.audit.stop();
  }

  /** How often senders were told to come again later. */
  get postponed(): number {
    return this.nodes.reduce((sum, { sender }) => sum + sender.postponed, 0);
  }

  private node(name: string, share: number, batch: number): NodeUnderLoad {
    const { cluster, truth, endpoints, complain, now, skew } = this.options;
    const lost = (numbers: readonly number[], why: string) => {
      truth.lose(numbers);
      complain(why);
    };
    const sender = new FalcoSender({ cluster, batch, endpoints, listener: { confirmed: (numbers) => truth.confirm(numbers), lost } });
    const made = { share, made: 0, sender };
    const send = (line: string, number: number) => {
      one.made += 1;
      sender.add(line, number);
    };
    const node = new SimNode({ name, truth, send, clock: new NodeClock(now, skew) });
    const one: NodeUnderLoad = Object.assign(made, { node, containers: [] });
    const containers = Array.from({ length: PODS }, (_, index) => node.container(`${name}-api-${index}`));
    return Object.assign(one, { containers });
  }

  private startSession(): void {
    this.sessions += 1;
    const asking = this.session(this.sessions).finally(() => this.asking.delete(asking));
    this.asking.add(asking);
  }

  /** An exec: asked, audited, and run with what the webhook made of it. */
  private async session(count: number): Promise<void> {
    const { cluster, truth, endpoints, now } = this.options;
    // One of ten is on the node that sends event by event, and waits for each answer.
    const one = this.nodes[count % 10 === 0 ? 2 : count % 2];
    if (!one) return;
    const container = this.containerOf(one);
    const { namespace, pod, name } = container;
    const user = USERS[count % USERS.length] ?? 'nobody';
    const command = count % 4 === 0 ? ['bash'] : ['bash', '-c', `work ${count}`];
    const [uid, auditId, requestedAt] = [randomUUID(), randomUUID(), new Date().toISOString()];
    const answer = await askWebhook({ uid, cluster, user, namespace, pod, container: name, command }, endpoints);
    const session = truth.open([uid, `audit:${auditId}`], user);
    const exec = { auditId, user, namespace, pod, container: name, command, requestedAt, annotations: answer?.annotations };
    this.audit.started(exec);
    const token = tokenIn(answer?.command ?? []);
    const encoded = token === '' ? '' : encodeUser(user);
    const root = one.node.enter(container, session);
    const argv = answer?.command ?? command;
    const ended = () => this.audit.ended(exec);
    this.scripts.add(interactive({ node: one.node, container, root, argv, token, user: encoded, command, ended }, PROGRAMS), now());
    if (token !== '' && count % THEFTS === 0) this.scripts.add(thief(one.node, container, { token, user: encoded }), now() + 500);
  }

  private containerOf({ containers }: NodeUnderLoad): SimContainer {
    this.turn += 1;
    const container = containers[this.turn % containers.length];
    if (!container) throw new Error('a node has no container');
    return container;
  }
}

function tokenIn(command: readonly string[]): string {
  return command.find((word) => word.startsWith('SEC_SESSION='))?.slice('SEC_SESSION='.length) ?? '';
}
