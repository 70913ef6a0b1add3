import type { EncodedMessage } from './encode-message.ts';

/** The events of one call of publish, on their way. They are encoded when their turn comes, so that few are twice in memory. */
export interface Parcel {
  readonly topic: string;
  readonly size: number;
  /** Encodes one of its events. Throws what makes the parcel undeliverable. */
  readonly encode: (index: number) => EncodedMessage;
  readonly sent: () => void;
  readonly failed: (error: unknown) => void;
}

/** Messages that go to the brokers in one request, by topic. */
export interface Shipment {
  readonly messages: ReadonlyMap<string, EncodedMessage[]>;
  readonly count: number;
}

interface Limits {
  readonly messages: number;
  readonly bytes: number;
}

interface Waiting {
  readonly parcel: Parcel;
  /** How many of its messages were sent, or are in the shipment under way. */
  taken: number;
  /** The next message, when it was encoded and did not fit any more. */
  encoded: EncodedMessage | undefined;
}

/**
 * Parcels in the order in which they came. A shipment takes from the front; what is settled leaves. One shipment is under way
 * at a time: that alone keeps the order per key when one fails, because nothing behind it was sent yet.
 */
export class Outbox {
  private readonly queue: Waiting[] = [];
  private underWay: { readonly waiting: Waiting; readonly before: number }[] = [];

  get empty(): boolean {
    return this.queue.length === 0;
  }

  add(parcel: Parcel): void {
    this.queue.push({ parcel, taken: 0, encoded: undefined });
  }

  /** The next messages, as many as the limits allow and at least one. What cannot be encoded fails on the way. */
  load(limits: Limits): Shipment {
    const load: Load = { messages: new Map(), count: 0, bytes: 0 };
    this.underWay = [];
    for (let at = 0; at < this.queue.length;) {
      const waiting = this.queue[at] as Waiting;
      this.underWay.push({ waiting, before: waiting.taken });
      try {
        if (!takeOn(load, waiting, limits)) break;
        at += 1;
      } catch (error) {
        // What was encoded of it before goes along: a call that failed may have published a part.
        this.queue.splice(at, 1);
        this.underWay.pop();
        waiting.parcel.failed(error);
      }
    }
    return load;
  }

  /** The shipment has arrived: parcels that are through are told. */
  arrived(): void {
    this.underWay = [];
    let through = 0;
    while (through < this.queue.length && isThrough(this.queue[through])) through += 1;
    for (const { parcel } of this.queue.splice(0, through)) parcel.sent();
  }

  /** The shipment is to be loaded again, perhaps in smaller pieces. */
  unload(): void {
    for (const { waiting, before } of this.underWay.splice(0)) {
      waiting.taken = before;
      waiting.encoded = undefined;
    }
  }

  /** Fails the first parcel alone: its message can never be sent. */
  refuseFirst(error: unknown): void {
    this.underWay = [];
    this.queue.shift()?.parcel.failed(error);
  }

  /** Fails all that wait: whatever was published after a message that failed must not overtake it when it comes again. */
  refuseAll(error: unknown): void {
    this.underWay = [];
    for (const { parcel } of this.queue.splice(0)) parcel.failed(error);
  }
}

interface Load extends Shipment {
  readonly messages: Map<string, EncodedMessage[]>;
  count: number;
  bytes: number;
}

/** Takes on what fits of a parcel; answers whether that was all of it. */
function takeOn(load: Load, waiting: Waiting, limits: Limits): boolean {
  const { parcel } = waiting;
  while (waiting.taken < parcel.size) {
    if (load.count >= limits.messages) return false;
    const message = (waiting.encoded ??= parcel.encode(waiting.taken));
    const size = sizeOf(message);
    if (load.count > 0 && load.bytes + size > limits.bytes) return false;
    pushTo(load.messages, parcel.topic, message);
    load.bytes += size;
    load.count += 1;
    waiting.encoded = undefined;
    waiting.taken += 1;
  }
  return true;
}

function isThrough(waiting: Waiting | undefined): boolean {
  return waiting !== undefined && waiting.taken === waiting.parcel.size;
}

function pushTo(messages: Map<string, EncodedMessage[]>, topic: string, message: EncodedMessage): void {
  const list = messages.get(topic);
  if (list === undefined) messages.set(topic, [message]);
  else list.push(message);
}

/** Lengths and offsets of a record, and of a header, at most. */
const RECORD_FRAME = 32;
const HEADER_FRAME = 10;

/** The bytes of a message in a batch: with small events key and headers are a quarter of it. */
function sizeOf({ key, value, headers }: EncodedMessage): number {
  let size = RECORD_FRAME + key.length + value.length;
  for (const name in headers) size += HEADER_FRAME + name.length + Buffer.byteLength(headers[name] ?? '');
  return size;
}
