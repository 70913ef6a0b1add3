/** A variable of the environment of this process: the routes file may name one that holds a secret. */
export function readEnvironment(name: string): string | undefined {
  return process.env[name];
}
