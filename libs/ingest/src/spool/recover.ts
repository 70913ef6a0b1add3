import { readFileSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { scanSegment } from './block-reader.ts';
import { type Segment, parseSegmentName } from './segment.ts';

/** A lane as it was found on disk. */
export interface FoundLane {
  readonly cluster: string;
  readonly topic: string;
  readonly segments: Segment[];
  /** Sequence number of its last event. */
  readonly last: number;
}

/** What was found in a spool folder. */
export interface Found {
  readonly lanes: readonly FoundLane[];
  /** Ends of segments that were never answered for, because the process or the computer ended while writing; or damage. */
  readonly torn: readonly { readonly path: string; readonly bytes: number }[];
}

/**
 * Reads `<folder>/<cluster>/<topic>/<class>-<first sequence>.spool`. What was torn is cut off, and segments without any event
 * are deleted. Throws what the file system throws.
 */
export function recover(folder: string): Found {
  const lanes: FoundLane[] = [];
  const torn: { path: string; bytes: number }[] = [];
  for (const cluster of foldersIn(folder)) {
    for (const topic of foldersIn(join(folder, cluster))) {
      const lane = recoverLane(`${cluster}/${topic}`, join(folder, cluster, topic), (path, bytes) => torn.push({ path, bytes }));
      if (lane.segments.length > 0) lanes.push({ cluster, topic, ...lane });
    }
  }
  return { lanes, torn };
}

function recoverLane(lane: string, folder: string, reportTorn: (path: string, bytes: number) => void) {
  const segments: Segment[] = [];
  let last = 0;
  for (const name of readdirSync(folder)) {
    const named = parseSegmentName(name);
    if (!named) continue;
    const path = join(folder, name);
    const file = readFileSync(path);
    const { bytes, events, since, last: ownLast } = scanSegment(file);
    if (bytes < file.length) reportTorn(path, file.length - bytes);
    if (events === 0) rmSync(path);
    else if (bytes < file.length) truncateSync(path, bytes);
    last = Math.max(last, ownLast);
    if (events > 0) segments.push({ lane, ...named, path, since, bytes, events, offset: 0, skip: 0, replayed: 0, isDropped: false });
  }
  return { segments: segments.sort((a, b) => a.first - b.first), last };
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}
