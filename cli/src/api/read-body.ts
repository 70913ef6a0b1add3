import { Failure } from '../failure.ts';
import type { Watch } from './watch.ts';

/** The longest line of a stream: a command line is at most some kilobytes, so this is a broken or foreign server. */
const MAX_LINE = 8 << 20;

/** Passes a body on and tells the watch of each piece. More bytes than `limit` are a failure. */
export async function* readChunks(
  body: AsyncIterable<Uint8Array>,
  watch: Pick<Watch, 'touch' | 'end'>,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  let total = 0;
  try {
    for await (const chunk of body) {
      watch.end(); // a reader who takes their time, such as a pager, is not a server that stands still
      total += chunk.length;
      if (total > limit) throw new Failure(`the answer is larger than ${Math.round(limit / 2 ** 20)} MiB: narrow the query`);
      yield chunk;
      watch.touch();
    }
  } finally {
    watch.end();
  }
}

/** Splits bytes into the lines that are not empty. A line that the end cuts off is left away. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    const data = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10, start)) {
      if (end > start) yield data.subarray(start, end);
      start = end + 1;
    }
    rest = data.subarray(start);
    if (rest.length > MAX_LINE) throw new Failure('the server sent a line without end: check --server or WHORAN_URL');
  }
}
