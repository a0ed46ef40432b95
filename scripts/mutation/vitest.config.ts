import { defineConfig } from 'vitest/config';
import { ONLY } from './only.ts';

/** As the suite's, without building the program first: what runs here runs the mutated sources themselves. */
export default defineConfig({
  test: {
    include: [`**/${process.env[ONLY] ?? '*.test.{ts,tsx}'}`],
    setupFiles: ['scripts/mutation/few-runs.ts'],
    pool: 'threads',
    testTimeout: 30_000,
  },
});
