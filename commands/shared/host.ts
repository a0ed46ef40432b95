import { PriceList } from '../../src/admission/spend/price-list.ts';
import { messageOf } from '../../src/core/errors.ts';
import { createIds, type Ids } from '../../src/core/ids.ts';
import { fromDollars } from '../../src/core/money.ts';
import { createEngine, type Engine, type EngineOptions } from '../../src/engine.ts';
import { loadPlugins } from '../../src/pipeline/plugins/load.ts';
import type { Config } from '../../src/sections.ts';
import type { Storage } from '../../src/storage/contract.ts';
import type { Owner } from '../../src/storage/owners.ts';
import type { CommandContext } from '../command.ts';
import { warn } from './config-options.ts';
import { dataDirectory } from './data-directory.ts';
import { setV8Flags } from './v8-flags.ts';

/** The store of the data directory, and this process's claim on its records. */
export interface LastingStore {
  readonly storage: Storage;
  readonly owner: Owner;
  /** That it holds at the start. */
  readonly deadLetters: number;
  /** Ends the claim and the store. */
  close(): Promise<void>;
}

/** An engine with its surroundings, as a command hosts it. */
export interface Host {
  readonly engine: Engine;
  readonly ids: Ids;
  /** The lasting store and this process's claim on its records; null where the configuration keeps nothing. */
  readonly store: LastingStore | null;
  /** Interrupts what is still in flight, and ends the claim and the store. */
  close(): Promise<void>;
}

/**
 * Starts the embedded engine.
 * @param defaults where the configuration does not say; the guard only audits the caller's own prompts, and nothing waits
 *   for a provider to recover
 * @param lasting whether outcomes and dead letters go to the data directory; a single prompt keeps them in memory
 */
export async function hostEngine(
  context: CommandContext,
  config: Config,
  lasting: boolean,
  defaults: Pick<EngineOptions, 'guardMode' | 'patient'> = {},
): Promise<Host> {
  const { clock, random, environment } = context;
  const ids = createIds('req', random);
  const plugins = await loadPlugins(config.plugins.modules);
  const path = dataDirectory(context, config.storage.path);
  const store = lasting ? await openLasting(context, config.storage.path) : null;
  const prices = new PriceList();
  // So that the very first requests are reserved for at their price.
  if (config.token_budget.max_spend_usd > 0) await prices.load();
  const spending = await openAccount(context, config, store);
  let engine: Engine;
  try {
    setV8Flags();
    engine = createEngine(config, {
      clock,
      random,
      environment,
      plugins,
      prices,
      ...defaults,
      ...(spending === null ? {} : { account: spending.account }),
      cwd: context.cwd,
      // For a single prompt, too: it keeps nothing of itself, but the user's files need not be read anew each time.
      ...(path === 'memory' ? {} : { indexDirectory: path }),
      ...(store === null
        ? {}
        : { storage: store.storage, owner: store.owner.id, storedDeadLetters: store.deadLetters }),
    });
  } catch (thrown) {
    // A provider without its key.
    await spending?.close();
    await store?.close();
    throw thrown;
  }
  engine.events.on('retrieval.warned', ({ message }) => warn(context, [message]));
  engine.events.on('spend.unpriced', ({ provider, model }) => {
    // Elsewhere its cost is told as unknown; a limit that does not hold must be known at once.
    if (config.token_budget.max_spend_usd === 0) return;
    warn(context, [
      `what ${model} costs at ${provider} is not known, so the spend limit does not see it; ` +
        `set providers.${provider}.input_per_1k and output_per_1k`,
    ]);
  });
  return {
    engine,
    ids,
    store,
    async close() {
      await engine.drain(0);
      await spending?.close();
      await store?.close();
    },
  };
}

/** Where the spend limit is shared: its account, in the store or, for a prompt that keeps nothing else, in one of its own. */
async function openAccount(
  context: CommandContext,
  { storage, token_budget: { max_spend_usd, spend_scope: scope } }: Config,
  store: LastingStore | null,
) {
  if (max_spend_usd === 0 || scope === 'process') return null;
  const own = store === null ? await openLasting(context, storage.path) : null;
  const { storage: kept, owner } = store ?? own ?? {};
  if (kept === undefined || owner === undefined) return null;
  const { SharedAccount } = await import('../../src/admission/spend/shared-account.ts');
  const account = await SharedAccount.join({
    storage: kept,
    owner: owner.id,
    scope,
    limit: fromDollars(max_spend_usd),
    clock: context.clock,
    onFailure: (thrown) => warn(context, [messageOf(thrown)]),
  });
  return {
    account,
    async close() {
      await account.leave();
      await own?.close();
    },
  };
}

/** Opens the store of the data directory; null where the configuration keeps nothing. */
export async function openLasting(
  context: CommandContext,
  configured: string | undefined,
): Promise<LastingStore | null> {
  const path = dataDirectory(context, configured);
  if (path === 'memory') return null;
  const [{ openStorage }, { claimOwnership }, { DeadLetterStore }, { SpendStore }] = await Promise.all([
    import('../../src/storage/open-storage.ts'),
    import('../../src/storage/owners.ts'),
    import('../../src/storage/dead-letters.ts'),
    import('../../src/storage/spend.ts'),
  ]);
  const storage = await openStorage({ path });
  const id = createIds('own', context.random)();
  const owner = await claimOwnership(storage, { clock: context.clock, id });
  await new SpendStore(storage).sweep();
  const { total } = await new DeadLetterStore(storage).count();
  return {
    storage,
    owner,
    deadLetters: total,
    async close() {
      await owner.release();
      await storage.close();
    },
  };
}
