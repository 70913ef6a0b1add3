import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Puts something else in the place of what a module of kafkajs exports, for whoever loads it from now on in this process. */
export function replaceModule<T>(name: string, other: (original: T) => T): void {
  const original = require(name) as T;
  const module = require.cache[require.resolve(name)];
  if (module) module.exports = other(original);
}
