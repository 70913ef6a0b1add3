import { swcOptions } from './tools/register/swc-options.mjs';

/** Every spec runs as an ES module: NestJS 12 is published as ES modules only. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swcOptions] },
  transformIgnorePatterns: ['/node_modules/'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/', '<rootDir>/.cache/'],
  cacheDirectory: '.cache/jest',
  watchman: false,
  maxWorkers: '100%',
};
