import { once } from 'node:events';
import { type TLSSocket, connect } from 'node:tls';

/** How to reach the server, and who we are to it. */
export interface Peer {
  readonly host: string;
  readonly port: number;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** An answer that was read whole. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * A kept HTTP/1.1 connection with one request under way at a time. As little as a client can be: what it would allocate, its
 * garbage collector would put into the latencies that it measures.
 */
export class Connection {
  private received = '';
  private settle: ((answer: Answer | undefined) => void) | undefined;

  private constructor(private readonly socket: TLSSocket) {
    socket.setEncoding('latin1').setNoDelay(true);
    socket.on('data', (text: string) => this.take(text));
    socket.on('error', () => this.end(undefined));
    socket.on('close', () => this.end(undefined));
  }

  /** Connects and shakes hands. */
  static async open(peer: Peer): Promise<Connection> {
    const socket = connect(peer);
    await once(socket, 'secureConnect');
    return new Connection(socket);
  }

  /** Sends a request; answers nothing when the connection failed. */
  send(request: string): Promise<Answer | undefined> {
    this.received = '';
    return new Promise((resolve) => {
      this.settle = resolve;
      this.socket.write(request, 'latin1');
    });
  }

  private take(text: string): void {
    this.received += text;
    const head = this.received.indexOf('\r\n\r\n');
    if (head === -1) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.received.slice(0, head))?.[1]);
    if (this.received.length < head + 4 + length) return;
    this.end({ status: Number(this.received.slice(9, 12)), body: this.received.slice(head + 4) });
  }

  private end(answer: Answer | undefined): void {
    const settle = this.settle;
    this.settle = undefined;
    settle?.(answer);
  }
}
