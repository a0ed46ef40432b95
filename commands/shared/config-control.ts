import type { Change, ChangeSet } from '../../src/config/changes.ts';
import { maskValue } from '../../src/config/display.ts';
import { formatPath, type Path } from '../../src/config/path.ts';
import { configJson } from '../../src/config/show.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { ConfigControl, ConfigOutcome, ShownChange } from '../../src/server/config-control.ts';
import type { LiveConfig } from './live-config.ts';

/** Where keys are sent, and which: who may call the API need not be who may decide that. */
const FILES_ONLY: ReadonlySet<string> = new Set(['base_url', 'api_key_env']);

/** The configuration of a command, as the server shows and changes it. */
export function configControl(live: LiveConfig): ConfigControl {
  return {
    show: () => configJson(live.current),
    patch(values) {
      refuseAddresses(values);
      return outcomeOf(live.patch(values));
    },
    reload: async () => outcomeOf(await live.readAgain()),
  };
}

function refuseAddresses(values: object): void {
  const { providers, workers } = values as Record<string, unknown>;
  for (const [name, settings] of Object.entries({ ...(providers ?? {}), ...(workers ?? {}) })) {
    const key = Object.keys(settings ?? {}).find((field) => FILES_ONLY.has(field));
    if (key === undefined) continue;
    throw new OrchestratorError(
      'request_invalid',
      `providers.${name}.${key} says where keys are sent, so it is taken from files only: change pipeline.toml and reload.`,
      { param: `providers.${name}.${key}` },
    );
  }
}

const outcomeOf = ({ applied, refused }: ChangeSet<object>): ConfigOutcome => ({
  applied: applied.map(shown),
  needs_restart: refused.map(shown),
});

function shown({ path, before, after }: Change): ShownChange {
  return { key: formatPath(path), before: masked(path, before), after: masked(path, after) };
}

const masked = (path: Path, value: unknown): unknown => (value === undefined ? null : maskValue(path, value));
