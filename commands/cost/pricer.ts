import { costOf, type ModelPrice, type TokenPrice } from '../../src/admission/spend/price.ts';
import { PriceList, type Seller } from '../../src/admission/spend/price-list.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import { toDollars } from '../../src/core/money.ts';
import { present } from '../../src/core/present.ts';
import type { Consumption } from '../../src/core/spent.ts';
import type { Config } from '../../src/sections.ts';
import type { CommandContext } from '../command.ts';

/** A usage and its price. */
export interface Priced {
  readonly model: string;
  /** Who sells it; null when nobody is known to. */
  readonly provider: string | null;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  /** US dollars; null when the price is not known. */
  readonly cost_usd: number | null;
  readonly source: ModelPrice['source'] | null;
  /** US dollars for a thousand tokens, those of a short prompt. */
  readonly input_per_1k: number | null;
  readonly output_per_1k: number | null;
}

type Usage = Omit<Consumption, 'estimated'>;

const KINDS = ['anthropic', 'open_ai', 'llama_cpp', 'vllm', 'echo'] as const;

/** Prices usages at one provider, or at whoever sells the model: of the configured ones first. */
export async function pricer(
  { clock }: CommandContext,
  { providers }: Config,
  provider: string | undefined,
): Promise<(model: string, usage: Usage) => Priced> {
  const prices = new PriceList();
  await prices.load();
  const configured = Object.entries(providers).map(([name, settings]) => ({
    name,
    model: settings.model,
    seller: present({
      kind: settings.kind,
      baseUrl: settings.kind === 'echo' ? undefined : settings.base_url,
      inputPer1k: settings.input_per_1k,
      outputPer1k: settings.output_per_1k,
    }) as Seller,
  }));
  const kinds = KINDS.map((kind) => ({ name: kind, model: undefined, seller: { kind } as Seller }));
  const sellers = [...configured, ...kinds];
  const asked = sellers.find(({ name }) => name === provider);
  if (provider !== undefined && asked === undefined) {
    throw new OrchestratorError(
      'usage',
      `There is no provider ${provider}: ${sellers.map(({ name }) => name).join(', ')}.`,
    );
  }
  // What is local sells anything for nothing: it answers only for a model of its own, or when it was asked for.
  const sells = (model: string) =>
    asked === undefined ? [...configured.filter((one) => one.model === model), ...kinds.slice(0, 2)] : [asked];
  return (model, usage) => {
    if (usage.cacheRead + usage.cacheWrite > usage.input) {
      throw new OrchestratorError(
        'usage',
        'The tokens of the cache are part of the input, and cannot be more than it.',
      );
    }
    const found = sells(model)
      .map(({ name, seller }) => ({ name, price: prices.price(seller, model, clock.wall()) }))
      .find(({ price }) => price !== null);
    const price = found?.price ?? null;
    return {
      model,
      provider: found?.name ?? null,
      input_tokens: usage.input,
      output_tokens: usage.output,
      cache_read_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite,
      cost_usd: price === null ? null : toDollars(costOf(price, usage)),
      source: price?.source ?? null,
      input_per_1k: price === null ? null : per1k(price.input),
      output_per_1k: price === null ? null : per1k(price.output),
    };
  };
}

const per1k = ({ base }: TokenPrice): number => toDollars(base * 1000n);
