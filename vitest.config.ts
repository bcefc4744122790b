import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/machine.ts', 'test/setup/build.ts'],
    maxWorkers: 2,
    // For what hangs, not for what is slow: a busy machine may take four times as long as a calm one.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    allowOnly: process.env.CI !== 'true',
  },
});
