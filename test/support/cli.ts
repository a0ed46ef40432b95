import { join } from 'node:path';
import { inject } from 'vitest';
import { root } from './tree.ts';

/** The launcher of the program as it is built now; throws with the compiler's words when it could not be built. */
export function builtLauncher(): string {
  const failure = inject('buildFailure');
  if (failure) throw new Error(`dist/ is not built (npm run build):\n${failure}`);
  return join(root, 'bin', 'orchestrator.js');
}
