import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes a routes file for as long as something uses it. */
export async function withRoutesFile<T>(content: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'whoran-bench-'));
  const path = join(folder, 'routes.yaml');
  writeFileSync(path, content);
  try {
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
