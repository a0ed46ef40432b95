import type { ConfigOf, ConfigSection } from '../core/config-section.ts';
import { aliasesOf, resolveAliases } from './aliases.ts';
import { configError } from './fault.ts';
import { DEFAULT_ORIGIN } from './origin.ts';
import { nodeOf, type Table } from './tree.ts';
import { validateTable } from './validate.ts';

/**
 * Makes a configuration of plain values, nested as in the file, with every default filled in: no file and no
 * environment is read. Throws `config_invalid` with every fault, one a line.
 */
export function configFromValues<const Sections extends readonly ConfigSection[]>(
  sections: Sections,
  values: object,
): ConfigOf<Sections> {
  const { table } = resolveAliases(nodeOf(values, () => DEFAULT_ORIGIN) as Table, aliasesOf(sections));
  const { config, faults } = validateTable(sections, table);
  if (config === null) throw configError(faults);
  return config as ConfigOf<Sections>;
}
