/** Waits until something is so; fails after half a minute, which only a broken or very busy machine needs. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1500; tries += 1) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not come to that in half a minute');
}
