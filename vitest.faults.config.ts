import { defineConfig } from 'vitest/config';

/** The long forms of test/faults, by hand: `npm run test:faults`. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/setup/machine.ts', 'test/setup/build.ts'],
    env: { FAULTS: 'long' },
    // One after the other: each wants the machine for itself.
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
