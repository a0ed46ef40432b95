// Writes the generated files: `npm run gen`. Prints the names of those that changed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generated-files.ts';

for (const { file, content } of generatedFiles) {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const text = content();
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  writeFileSync(path, text);
  process.stdout.write(`${file}\n`);
}
