import { OrchestratorError } from '../../core/errors.ts';
import { nearestWord } from '../../primitives/nearest-word.ts';
import type { HookPosition, Hooks } from '../hooks.ts';
import { HookedPlugin, type PluginSurroundings } from './hooked-plugin.ts';
import type { Plugin, PluginPicture } from './plugin.ts';

export interface PluginListing extends PluginPicture {
  readonly name: string;
}

/** The plugins of an engine as others may use them: look, and turn on and off while it runs. */
export interface PluginSwitches {
  /** In the order they run in. */
  list(): readonly PluginListing[];
  /** Throws `usage` for a name that is not there. */
  enable(name: string): void;
  disable(name: string): void;
}

/** All plugins, in the order they were added; each position runs them in that order. */
export class Plugins implements PluginSwitches {
  private readonly byName = new Map<string, HookedPlugin>();
  private readonly hooks: Hooks;
  private readonly refit: () => void;
  private readonly surroundings: PluginSurroundings;

  /** @param refit fits the steps again, after a plugin was turned on or off: one that is off costs nothing */
  constructor(hooks: Hooks, refit: () => void, surroundings: PluginSurroundings) {
    this.hooks = hooks;
    this.refit = refit;
    this.surroundings = {
      ...surroundings,
      onDisabled(name, reason) {
        refit();
        surroundings.onDisabled(name, reason);
      },
    };
  }

  /** Throws `config_invalid` when there is one of that name. */
  add(plugin: Plugin): void {
    if (this.byName.has(plugin.name)) {
      throw new OrchestratorError('config_invalid', `There are two plugins of the name ${plugin.name}: rename one.`);
    }
    const hooked = new HookedPlugin(plugin, this.surroundings);
    this.byName.set(plugin.name, hooked);
    for (const position of Object.keys(plugin.hooks) as HookPosition[]) {
      this.hooks.add(position, hooked.hookAt(position));
    }
    this.refit();
  }

  list(): readonly PluginListing[] {
    return [...this.byName].map(([name, plugin]) => ({ name, ...plugin.read() }));
  }

  enable(name: string): void {
    this.turn(name, true);
  }

  disable(name: string): void {
    this.turn(name, false);
  }

  /** By name; undefined when there are none. */
  read(): Readonly<Record<string, PluginPicture>> | undefined {
    if (this.byName.size === 0) return undefined;
    return Object.fromEntries([...this.byName].map(([name, plugin]) => [name, plugin.read()]));
  }

  /** Changes with the picture. */
  get stamp(): number {
    let stamp = 0;
    for (const plugin of this.byName.values()) stamp += plugin.stamp;
    return stamp;
  }

  private turn(name: string, on: boolean): void {
    const plugin = this.byName.get(name);
    if (plugin === undefined) {
      const names = [...this.byName.keys()];
      const nearest = nearestWord(name, names);
      const hint =
        nearest === null
          ? `there ${names.length === 0 ? 'are none' : `are ${names.join(', ')}`}`
          : `did you mean ${nearest}?`;
      throw new OrchestratorError('usage', `There is no plugin ${name}; ${hint}`);
    }
    plugin.turn(on);
    this.refit();
  }
}
