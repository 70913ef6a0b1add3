import type { Connection } from './connect.ts';

/** Milliseconds after which a refused subscription is tried again. */
const PAUSE = 1_000;

/** Who listens on a channel. */
export interface RedisListener {
  readonly onMessage: (message: string) => void;
  /** Told each time the subscription begins: what was published before was missed. */
  readonly onSubscribed?: () => void;
  readonly onError?: (error: unknown) => void;
}

/** A subscription under way. */
export interface RedisSubscription {
  close(): void;
}

/** Subscribes over a connection that is for this alone, whenever it is there, until closed. */
export function subscribe(connection: Connection, channel: string, { onMessage, onSubscribed, onError }: RedisListener): RedisSubscription {
  let retry: NodeJS.Timeout | undefined;
  const begin = () => {
    clearTimeout(retry);
    connection.subscribe(channel).then(
      () => onSubscribed?.(),
      (error: unknown) => {
        onError?.(error);
        // Without a connection the next one subscribes.
        retry = setTimeout(() => connection.status === 'ready' && begin(), PAUSE).unref();
      },
    );
  };
  connection.on('ready', begin);
  connection.on('error', (error: unknown) => onError?.(error));
  connection.on('message', (from: string, message: string) => {
    if (from === channel) onMessage(message);
  });
  return {
    close: () => {
      clearTimeout(retry);
      connection.disconnect();
    },
  };
}
