import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { root } from './tree.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the compiler had to say; empty when dist/ is as the sources are. */
    readonly buildFailure: string;
  }
}

/**
 * Builds dist/ once before the tests, so that none of them runs yesterday's program. A failed build fails only the
 * tests that need it (see `support/cli.ts`): the others load the sources themselves.
 */
export default function buildOnce(project: TestProject): void {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const built = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, encoding: 'utf8' });
  const said = `${built.error ?? ''}${built.stdout ?? ''}${built.stderr ?? ''}`.trim();
  const main = existsSync(join(root, 'dist', 'commands', 'main.js'));
  const failure = built.status === 0 ? (main ? '' : 'tsc wrote no dist/commands/main.js') : said || 'tsc failed';
  if (failure) process.stderr.write(`\nThe build failed; tests of the built program will too.\n${failure}\n`);
  project.provide('buildFailure', failure);
}
