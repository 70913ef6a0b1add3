import { DependencyUnavailable, type Logger } from '@whoran/kernel';
import { Cluster } from 'ioredis';
import type { Connection } from './connect.ts';
import { type RedisProblem, classifyRedisError, describeRedisError } from './redis-error.ts';

/** After a connection is lost, commands wait so long for the next one; later they are refused at once. Milliseconds. */
const GRACE = 1_000;
const PING_INTERVAL = 2_000;
/** A command that failed for another reason than the connection counts for so long, unless it succeeds before. Milliseconds. */
const TROUBLE_TIME = 60_000;
const SLOTS = '16384';
/** What is in trouble when the connection itself is refused. */
const CONNECT = 'connect';

interface Trouble {
  readonly command: string;
  readonly text: string;
  readonly since: number;
}

/** Who hears of changes: what is wrong, or nothing when all is well again. */
export type OnProblem = (problem: string | undefined) => void;

/** Knows whether Redis answers, from the connection's events, the commands' answers and a ping every two seconds. */
export class ConnectionWatch {
  private lostAt: number | undefined = performance.now();
  private lastError = 'not connected yet';
  private pingError: string | undefined;
  private trouble: Trouble | undefined;
  private closed = false;
  private told: string | undefined;
  private readonly waiting = new Set<() => void>();
  private readonly timer = setInterval(() => void this.ping(), PING_INTERVAL).unref();

  constructor(
    private readonly connection: Connection,
    private readonly logger: Logger,
    private readonly onProblem: OnProblem = () => {},
  ) {
    connection.on('ready', () => this.ready());
    connection.on('close', () => this.lost());
    connection.on('error', (error: unknown) => this.failed(error));
    connection.on('node error', (error: unknown) => this.failed(error));
  }

  /** What keeps Redis from doing its work, or nothing. Never waits. */
  problem(): string | undefined {
    if (!this.isReady()) return this.lastError === '' ? 'the connection was closed' : this.lastError;
    if (this.trouble && performance.now() - this.trouble.since > TROUBLE_TIME) this.trouble = undefined;
    return this.pingError ?? this.trouble?.text;
  }

  /** Resolves when there is a connection; rejects with DependencyUnavailable if there is none within a second of its loss. */
  async connected(): Promise<void> {
    if (this.isReady()) return;
    const left = this.lostAt === undefined ? GRACE : this.lostAt + GRACE - performance.now();
    if (left > 0) await this.wait(left);
    if (!this.isReady()) throw new DependencyUnavailable(`Redis is away: ${this.problem() ?? 'not connected'}`);
  }

  /** Takes note that a command succeeded. */
  succeeded(command: string): void {
    if (this.trouble?.command !== command) return;
    this.trouble = undefined;
    this.tell();
  }

  /** Takes note of why a command failed. */
  refused(command: string, error: unknown): void {
    const kind = classifyRedisError(error);
    if (kind === 'away' || kind === 'misused') return;
    const text = describeRedisError(error);
    if (this.trouble?.text !== text) this.logger.error(EVENTS[kind], { command, error: text });
    this.trouble = { command, text, since: performance.now() };
    this.tell();
  }

  /** What happens from now on is meant to. */
  close(): void {
    this.closed = true;
    clearInterval(this.timer);
    for (const wake of this.waiting) wake();
  }

  /** The status says so some steps longer than the connection lasts. */
  private isReady(): boolean {
    const { connection } = this;
    return connection.status === 'ready' && (connection instanceof Cluster || connection.stream.writable);
  }

  private wait(limit: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, limit);
      this.waiting.add(wake);
    });
  }

  private ready(): void {
    this.lostAt = undefined;
    this.lastError = '';
    this.pingError = undefined;
    if (this.trouble?.command === CONNECT) this.trouble = undefined;
    for (const wake of this.waiting) wake();
    this.tell();
  }

  private lost(): void {
    this.lostAt ??= performance.now();
    this.tell();
  }

  /** The connection failed, or a node of a cluster that others may stand in for. */
  private failed(error: unknown): void {
    const text = describeRedisError(error);
    if (!this.isReady()) this.lastError = text;
    if (classifyRedisError(error) === 'refused') this.refused(CONNECT, error);
    this.tell();
  }

  private async ping(): Promise<void> {
    if (!this.isReady()) return this.tell();
    try {
      this.pingError =
        this.connection instanceof Cluster ? problemOf(await this.connection.cluster('INFO')) : await pinged(this.connection);
    } catch (error) {
      this.pingError = describeRedisError(error);
    }
    this.tell();
  }

  /** Says once when something is wrong, and once when it is over. */
  private tell(): void {
    const problem = this.problem();
    if (problem === this.told || this.closed) return;
    if (problem === undefined) this.logger.info('redis.back');
    else if (this.told === undefined && problem !== this.trouble?.text) this.logger.warn('redis.away', { error: problem });
    this.told = problem;
    this.onProblem(problem);
  }
}

const EVENTS = { full: 'redis.full', refused: 'redis.refused' } satisfies Partial<Record<RedisProblem, string>>;

async function pinged(connection: { ping(): Promise<string> }): Promise<undefined> {
  await connection.ping();
  return undefined;
}

/** What CLUSTER INFO says is wrong. */
function problemOf(info: unknown): string | undefined {
  const fields = new Map(
    String(info)
      .split('\r\n')
      .map((line) => line.split(':', 2) as [string, string]),
  );
  const served = fields.get('cluster_slots_ok') ?? '0';
  if (fields.get('cluster_state') === 'ok' && served === SLOTS) return undefined;
  return `the cluster serves ${served} of ${SLOTS} slots`;
}
