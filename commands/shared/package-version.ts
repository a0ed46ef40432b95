import { readFileSync } from 'node:fs';

/** The version in package.json, which lies two folders up from the sources and three from `dist/`. */
export function packageVersion(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8'));
      if (name === 'orchestrator') return version;
    } catch {
      // Not there: the other place has it.
    }
  }
  return 'unknown';
}
