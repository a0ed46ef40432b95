import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatFault } from '../../src/config/fault.ts';
import { type ConfigSources, loadConfig, readConfig } from '../../src/config/load.ts';
import { serviceSections } from '../../src/server/sections.ts';

/** A directory with a home and a working directory in it; gone when the scenario ends. */
export function workspace() {
  const root = mkdtempSync(join(tmpdir(), 'orchestrator-config-'));
  const cwd = join(root, 'work');
  const home = join(root, 'home');
  for (const directory of [cwd, home]) mkdirSync(directory);
  const sources = (more: Partial<ConfigSources>): ConfigSources => ({
    cwd,
    ...more,
    environment: { HOME: home, ...more.environment },
  });
  return {
    cwd,
    home,
    /** Writes a file relative to the working directory. */
    write(name: string, content: string | Uint8Array) {
      const path = join(cwd, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    /** Writes the user's own pipeline.toml. */
    writeUser(content: string) {
      const directory = join(home, '.config', 'orchestrator');
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, 'pipeline.toml'), content);
    },
    load: (more: Partial<ConfigSources> = {}) => loadConfig(serviceSections, sources(more)),
    read: (more: Partial<ConfigSources> = {}) => readConfig(serviceSections, sources(more)),
    /** The faults as people see them. */
    async faults(more: Partial<ConfigSources> = {}) {
      return (await readConfig(serviceSections, sources(more))).faults.map(formatFault);
    },
    [Symbol.dispose]() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
