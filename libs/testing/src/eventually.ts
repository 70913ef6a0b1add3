const LIMIT = 15_000;
const BETWEEN = 5;

/** Waits until the expectations hold, for `limit` milliseconds at most, 15 seconds by default; then the last of them that failed is thrown. */
export async function eventually(expectations: () => void | Promise<void>, limit = LIMIT): Promise<void> {
  const until = performance.now() + limit;
  for (;;) {
    try {
      return await expectations();
    } catch (error) {
      if (performance.now() > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, BETWEEN));
  }
}
