/** Where text goes. A Node stream is one, and so is any object that collects what is written. */
export interface Sink {
  /** Answers false when the reader is behind; the writer then waits for `drain`. */
  write(text: string): unknown;
  once?(event: 'drain', listener: () => void): unknown;
}

/** Everything that the CLI touches outside itself, beside files and the network. */
export interface CliIo {
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Variables such as WHORAN_URL, WHORAN_TOKEN, NO_COLOR, COLUMNS and TZ. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether stdout is a terminal: colours, and the width of its lines. */
  readonly isTty: boolean;
  /** Cells in a line of the terminal. Without it, and without COLUMNS, lines are as long as they need to be. */
  readonly columns?: number | undefined;
  /** Ends what is running, as Ctrl-C does. */
  readonly signal?: AbortSignal | undefined;
}

/** Writes, and waits while the reader is behind: a long listing must not pile up in memory. */
export async function writeTo(sink: Sink, text: string): Promise<void> {
  if (text === '' || sink.write(text) !== false || !sink.once) return;
  await new Promise<void>((resolve) => sink.once?.('drain', resolve));
}

/** Cells in a line, or nothing for lines of any length. COLUMNS wins over what the terminal says. */
export function lineWidth(io: CliIo): number | undefined {
  const asked = Number(io.env['COLUMNS']);
  if (Number.isInteger(asked) && asked > 0) return asked;
  return io.isTty && io.columns ? io.columns : undefined;
}

/** Whether to write colours: only to a terminal that has them, and not against NO_COLOR (https://no-color.org). */
export function wantsColour(io: CliIo): boolean {
  return io.isTty && !io.env['NO_COLOR'] && io.env['TERM'] !== 'dumb';
}
