import unit from './jest.config.mjs';

/** Specs that need a real server, such as PostgreSQL; one after the other, because they share it. */
export default { ...unit, testMatch: ['**/*.int-spec.ts'], maxWorkers: 1, testTimeout: 120_000 };
