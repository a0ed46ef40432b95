// Builds dist/ after an install. Survives `--omit=dev`, where there is no compiler but a packed dist/.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = `${root}node_modules/typescript/bin/tsc`;
const sources = existsSync(`${root}tsconfig.build.json`);

const built = existsSync(`${root}dist/commands/main.js`);
// `npx orchestrator` links this folder into its cache and prepares it once more; what an install has built is good.
const linking = process.env.npm_command === 'exec';

if (existsSync(compiler) && sources && !(built && linking)) {
  rmSync(`${root}dist`, { recursive: true, force: true });
  const compiled = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exit(compiled.status ?? 1);
}
if (!built) {
  process.stderr.write(
    'prepare: no compiler and no dist/: build with development dependencies first (npm ci && npm run build).\n',
  );
}
