import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A child process that answers one message. */
export interface Worker<Q, A> {
  ask(question: Q): Promise<A>;
  stop(): Promise<void>;
}

/** Runs a file of this folder as a process of its own, with flags of Node.js if need be. */
export function startWorker<Q extends object, A>(file: string, flags: readonly string[] = []): Worker<Q, A> {
  const register = new URL('../../tools/register/register.mjs', import.meta.url).href;
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), { execArgv: [...flags, '--import', register] });
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${file} ended with status ${String(code)}`)));
  failed.catch(() => undefined); // ending is expected once it was stopped
  return {
    ask: async (question) => {
      child.send(question);
      const [answer] = (await Promise.race([once(child, 'message'), failed])) as [A];
      return answer;
    },
    stop: async () => {
      child.kill('SIGKILL');
      await failed.catch(() => undefined);
    },
  };
}
