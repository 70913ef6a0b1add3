import { type FalcoEvent, knownJson, parseJson, writtenAs } from '@whoran/contracts';
import { InvariantBroken } from '@whoran/kernel';

/** What an event takes beside its text: its ids, and its places in maps and queues. */
const BESIDE_TEXT = 700;
/** What is assumed of an event that was not read from a text: an event of Falco's rules with room to spare. */
const LIKELY_TEXT = 4096;

/**
 * An event that may have to be emitted again. Most never are, so once it was emitted it rests as the text that it came as: as
 * objects, events of ten seconds are several times as large and what the garbage collector is busy with.
 */
export class KeptEvent {
  readonly id: string;
  readonly node: string;
  /** About how much memory it takes while it rests. */
  readonly bytes: number;
  private awake: FalcoEvent | undefined;
  private text = '';

  constructor(event: FalcoEvent) {
    this.id = event.whoran.id;
    this.node = event.whoran.node;
    this.bytes = BESIDE_TEXT + (knownJson(event)?.length ?? LIKELY_TEXT);
    this.awake = event;
  }

  /** The whole event. */
  get event(): FalcoEvent {
    if (this.awake) return this.awake;
    const read = parseJson(this.text);
    if (!read.ok) throw new InvariantBroken(`an event that was read once cannot be read again: ${read.error}`);
    return writtenAs(read.value as FalcoEvent, this.text);
  }

  /** It will hardly be asked for again. */
  rest(): void {
    const text = this.awake && knownJson(this.awake);
    if (text === undefined) return;
    this.text = text;
    this.awake = undefined;
  }
}
