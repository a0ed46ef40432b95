import { pathToFileURL } from 'node:url';
import { messageOf, OrchestratorError } from '../../core/errors.ts';
import { HOOK_POSITIONS, type HookPosition } from '../hooks.ts';
import type { Plugin } from './plugin.ts';

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Loads the modules of `plugins.modules`, in order. Their code runs with the rights of this process. Throws
 * `config_invalid` that names the module and what is wrong with it.
 * @param paths absolute
 */
export async function loadPlugins(paths: readonly string[]): Promise<readonly Plugin[]> {
  const plugins: Plugin[] = [];
  for (const path of paths) {
    let module: { readonly default?: unknown };
    try {
      module = await import(/* @vite-ignore */ pathToFileURL(path).href);
    } catch (thrown) {
      throw fault(path, `cannot be loaded: ${messageOf(thrown)}`, thrown);
    }
    plugins.push(pluginOf(module.default, (reason) => fault(path, reason)));
  }
  return plugins;
}

const fault = (path: string, reason: string, cause?: unknown): OrchestratorError =>
  new OrchestratorError('config_invalid', `plugins.modules: ${path} ${reason}`, { param: 'plugins.modules', cause });

/** What a module exports, if it is a plugin. */
function pluginOf(exported: unknown, fault: (reason: string) => OrchestratorError): Plugin {
  if (typeof exported !== 'object' || exported === null) {
    throw fault('has no default export { name, hooks }');
  }
  const { name, hooks } = exported as { readonly name?: unknown; readonly hooks?: unknown };
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw fault('must export a name of 1 to 64 letters, digits, _ or -');
  }
  if (typeof hooks !== 'object' || hooks === null || Object.keys(hooks).length === 0) {
    throw fault(`must export hooks, such as { 'before:inference': (subject) => … }`);
  }
  for (const [position, run] of Object.entries(hooks)) {
    if (!HOOK_POSITIONS.includes(position as HookPosition)) {
      throw fault(`has a hook at ${JSON.stringify(position)}; there are ${HOOK_POSITIONS.join(', ')}`);
    }
    if (typeof run !== 'function') throw fault(`has a hook at ${position} that is no function`);
  }
  return exported as Plugin;
}
