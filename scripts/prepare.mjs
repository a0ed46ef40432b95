// Builds dist/ after an install. Survives `--omit=dev`, where there is no compiler but a packed dist/.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = `${root}node_modules/typescript/bin/tsc`;
const sources = existsSync(`${root}tsconfig.build.json`);

if (existsSync(compiler) && sources) {
  rmSync(`${root}dist`, { recursive: true, force: true });
  const built = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  process.exit(built.status ?? 1);
}
if (!existsSync(`${root}dist/commands/main.js`)) {
  process.stderr.write(
    'prepare: no compiler and no dist/: build with development dependencies first (npm ci && npm run build).\n',
  );
}
