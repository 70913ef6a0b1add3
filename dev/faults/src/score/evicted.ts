/** What a full spool has given up of low priority, by its own count in /metrics. Anything else that it lost does not count. */
export function evictedIn(metrics: string): number {
  const lines = metrics.split('\n').filter((line) => /^whoran_ingest_spool_dropped_events_total\{[^}]*class="low"/.test(line));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
