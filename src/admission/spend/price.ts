import type { Picodollars } from '../../core/money.ts';
import type { Consumption } from '../../core/spent.ts';

/** The price of one kind of token: picodollars each, and other ones for long prompts. */
export interface TokenPrice {
  readonly base: Picodollars;
  /** From so many input tokens on, all tokens of this kind have this price; ascending. */
  readonly tiers?: readonly { readonly start: number; readonly price: Picodollars }[];
}

/** What a model costs. Tokens of its cache cost what the input does where there is no price of their own. */
export interface ModelPrice {
  readonly input: TokenPrice;
  readonly output: TokenPrice;
  readonly cacheRead?: TokenPrice | undefined;
  readonly cacheWrite?: TokenPrice | undefined;
  /** Where the price is from. */
  readonly source: 'configured' | 'published' | 'local';
}

/** A model on one's own machine. */
export const NO_CHARGE: ModelPrice = { input: { base: 0n }, output: { base: 0n }, source: 'local' };

/**
 * Picodollars for a usage, exactly: whole tokens times whole prices. The same however the answer came, in pieces or not.
 */
export function costOf(price: ModelPrice, used: Omit<Consumption, 'estimated'>): Picodollars {
  const { input, output, cacheRead, cacheWrite } = used;
  const plain = BigInt(input - cacheRead - cacheWrite) * at(price.input, input);
  const cost = plain + BigInt(output) * at(price.output, input);
  // Most use no cache, and every operation on these numbers makes an object.
  if (cacheRead === 0 && cacheWrite === 0) return cost;
  const read = BigInt(cacheRead) * at(price.cacheRead ?? price.input, input);
  return cost + read + BigInt(cacheWrite) * at(price.cacheWrite ?? price.input, input);
}

function at({ base, tiers }: TokenPrice, inputTokens: number): Picodollars {
  if (tiers === undefined) return base;
  let price = base;
  for (const tier of tiers) if (inputTokens > tier.start) price = tier.price;
  return price;
}

const PER_1K = 1e9;
const PER_MILLION = 1e6;

/** A price that is written in US dollars for a thousand tokens; exact to nine decimals. */
export const pricePer1k = (dollars: number): TokenPrice => ({ base: BigInt(Math.round(dollars * PER_1K)) });

/** A price that is written in US dollars for a million tokens; exact to six decimals. */
export const perMillion = (dollars: number): Picodollars => BigInt(Math.round(dollars * PER_MILLION));
