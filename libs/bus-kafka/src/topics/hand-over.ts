/** Passes values from a producer that can wait to one reader: at most one is between them. */
export interface HandOver<T> {
  /** Resolves when the value was taken, and the reader wants another one; or when nobody reads any more. */
  put(value: T): Promise<void>;
  /** The next value; nothing when it has ended. Rejects when it failed. */
  take(): Promise<T | undefined>;
  /** No more values: those that come are dropped. */
  end(error?: Error): void;
}

/** Opens a hand-over. */
export function openHandOver<T>(): HandOver<T> {
  const offered: { readonly value: T; readonly taken: () => void }[] = [];
  let current: (() => void) | undefined;
  let wake: () => void = () => undefined;
  let over: { readonly error: Error | undefined } | undefined;
  const release = () => {
    current?.();
    current = undefined;
  };
  return {
    put: (value) =>
      new Promise((resolve) => {
        if (over !== undefined) {
          resolve();
          return;
        }
        offered.push({ value, taken: resolve });
        wake();
      }),
    async take() {
      release();
      for (;;) {
        if (over?.error !== undefined) throw over.error;
        const next = offered.shift();
        if (next !== undefined) {
          current = next.taken;
          return next.value;
        }
        if (over !== undefined) return undefined;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    end(error) {
      over ??= { error };
      release();
      if (error !== undefined) for (const { taken } of offered.splice(0)) taken();
      wake();
    },
  };
}
