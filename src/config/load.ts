import type { ConfigOf, ConfigSection } from '../core/config-section.ts';
import type { Environment } from '../core/environment.ts';
import { aliasesOf, resolveAliases } from './aliases.ts';
import { type Credentials, readCredentials, withCredentials } from './credentials.ts';
import { environmentSource, hasEnvironmentKeys } from './environment-source.ts';
import { configError, type Fault } from './fault.ts';
import { type ConfigFile, configFiles, readConfigFile } from './files.ts';
import { type FlagLayer, flagSource, setSource } from './flag-source.ts';
import type { Origin } from './origin.ts';
import { formatPath } from './path.ts';
import { resolvePrograms } from './programs.ts';
import { tomlSource } from './toml-source.ts';
import { EMPTY_TABLE, isTable, layOver, nodeAt, type Table } from './tree.ts';
import type { IsText } from './written-value.ts';

/** Where the values of a configuration come from. */
export interface ConfigSources {
  readonly environment: Environment;
  readonly cwd: string;
  /** `--config FILE`: replaces the user's and the directory's file, and must exist. */
  readonly file?: string | undefined;
  /** `--set KEY=VALUE`, in order. */
  readonly set?: readonly string[] | undefined;
  /** Values of a command's own flags by dotted path; they beat everything else. */
  readonly flags?: FlagLayer | undefined;
}

/** A file that was looked at. */
export interface LoadedFile extends ConfigFile {
  readonly found: boolean;
}

export interface LoadedConfig<Config> {
  /** Valid, complete and frozen. */
  readonly config: Config;
  /** Where each value comes from, by dotted path. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** What was written and has no effect, one sentence each; for stderr. */
  readonly warnings: readonly string[];
  readonly files: readonly LoadedFile[];
  /** The environment that providers take their keys from: `credentials.env`, overlaid by the environment itself. */
  readonly environment: Environment;
}

/** A configuration that was read: usable, or with everything that is wrong with it. */
export interface ConfigReport<Config> extends Omit<LoadedConfig<Config>, 'config'> {
  /** Null exactly when there are faults. */
  readonly config: Config | null;
  readonly faults: readonly Fault[];
}

/**
 * Loads the configuration: defaults, the user's file, the directory's file (or the named one instead of both), the
 * environment, flags; the later wins. Throws `config_invalid` with every fault, one a line.
 */
export async function loadConfig<const Sections extends readonly ConfigSection[]>(
  sections: Sections,
  sources: ConfigSources,
): Promise<LoadedConfig<ConfigOf<Sections>>> {
  const { config, faults, ...rest } = await readConfig(sections, sources);
  if (config === null) throw configError(faults);
  return { config, ...rest };
}

/** The same, with the faults as a value. Throws only `usage`, for a `--set` that is no assignment. */
export async function readConfig<const Sections extends readonly ConfigSection[]>(
  sections: Sections,
  sources: ConfigSources,
): Promise<ConfigReport<ConfigOf<Sections>>> {
  // zod (60 ms) is needed from here on; whoever only asks for the files does not pay for it.
  const [{ validateTable }, isText] = await Promise.all([import('./validate.ts'), textKeys(sections, sources)]);
  const { files, layers, faults } = readSources(sources, isText);
  const aliases = aliasesOf(sections);
  const credentials = readCredentials(sources.environment);
  const warnings: string[] = [...credentials.warnings];
  let values: Table = EMPTY_TABLE;
  for (const layer of layers) {
    const resolved = resolveAliases(layer, aliases);
    warnings.push(...resolved.warnings);
    values = layOver(values, resolved.table) as Table;
  }
  const environment = keysFor(values, files, credentials, sources.environment, warnings);
  // With a source unread, what the others lack is no fault of theirs.
  if (faults.length > 0) return { config: null, faults, origins: new Map(), warnings, files, environment };
  const programs = resolvePrograms(sections, values, files, sources.cwd);
  const { config, later, ...rest } = validateTable(sections, programs.table);
  if (later.length > 0) {
    const names = later.map(formatPath).join(', ');
    warnings.push(`known, but not supported yet, so these have no effect: ${names}`);
  }
  const all = [...programs.faults, ...rest.faults];
  const valid = all.length === 0 ? (config as ConfigOf<Sections>) : null;
  return { config: valid, faults: all, origins: rest.origins, warnings, files, environment };
}

/**
 * The environment with the stored keys; without them when the directory's file says where to send requests: whoever
 * wrote a file that happens to lie here must not get the user's keys sent to an address of their choice.
 */
function keysFor(
  values: Table,
  files: readonly LoadedFile[],
  { variables }: Credentials,
  environment: Environment,
  warnings: string[],
): Environment {
  const here = files.find(({ source }) => source === 'directory')?.shown;
  const providers = nodeAt(values, ['providers']);
  const named = providers === undefined || !isTable(providers) ? [] : [...providers.children];
  const address = named.find(([, provider]) => {
    const origin = isTable(provider) ? provider.children.get('base_url')?.origin : undefined;
    return origin?.kind === 'file' && origin.file === here;
  });
  if (address === undefined || Object.keys(variables).length === 0) return withCredentials(environment, variables);
  warnings.push(
    `${here} says where provider ${formatPath([address[0]])} is, so the keys in credentials.env are left aside; ` +
      `--config ${here} says that you trust it`,
  );
  return environment;
}

/** Reads every source there is, the later over the earlier. */
function readSources(
  sources: ConfigSources,
  isText: IsText,
): { files: readonly LoadedFile[]; layers: readonly Table[]; faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const layers: Table[] = [];
  const files = configFiles(sources).map((file) => {
    const content = readConfigFile(file);
    if (content.kind === 'refused') {
      faults.push({ path: [], rule: content.rule, origin: { kind: 'file', file: file.shown, line: 0 } });
    } else if (content.kind === 'text') {
      const source = tomlSource(content.text, file.shown);
      layers.push(source.table);
      faults.push(...source.faults);
    }
    return { ...file, found: content.kind !== 'absent' };
  });
  const environment = environmentSource(sources.environment, isText);
  faults.push(...environment.faults);
  layers.push(environment.table, setSource(sources.set ?? [], isText), flagSource(sources.flags ?? {}));
  return { files, layers, faults };
}

/** Which keys hold text. Needs the schemas, so it is worked out only when a value was written without types. */
async function textKeys(sections: readonly ConfigSection[], sources: ConfigSources): Promise<IsText> {
  if ((sources.set ?? []).length === 0 && !hasEnvironmentKeys(sources.environment)) return () => false;
  const { keyAt, sectionKeys } = await import('./keys.ts');
  const keys = sections.flatMap(sectionKeys);
  return (path) => keyAt(keys, path)?.schema.type === 'string';
}
