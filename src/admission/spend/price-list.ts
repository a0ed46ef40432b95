import type { ModelPrice as PublishedPrice, TieredPrices } from '@pydantic/genai-prices';
import { type ModelPrice, NO_CHARGE, perMillion, pricePer1k, type TokenPrice } from './price.ts';

/** Who answers, as far as its price goes. */
export interface Seller {
  /** The kind of provider: `anthropic`, `open_ai`, `echo`, … */
  readonly kind: string;
  /** Address of its API, where that is not the kind's own. */
  readonly baseUrl?: string | undefined;
  /** US dollars for a thousand tokens, as configured; these win. One without the other: the other is 0. */
  readonly inputPer1k?: number | undefined;
  readonly outputPer1k?: number | undefined;
}

type Published = typeof import('@pydantic/genai-prices');

/**
 * The kinds that are paid for, as the published list calls those who sell them. The others run on one's own machine, or
 * are brought along by the program that embeds the engine: their tokens cost nothing unless a price is configured.
 */
const VENDORS: ReadonlyMap<string, string> = new Map([
  ['anthropic', 'anthropic'],
  ['open_ai', 'openai'],
]);

/** Whether nothing is paid for its tokens, so that nothing has to be counted. */
export function isFree({ kind, inputPer1k = 0, outputPer1k = 0 }: Seller): boolean {
  return !VENDORS.has(kind) && inputPer1k === 0 && outputPer1k === 0;
}

/** Models whose price is remembered; a request can name any. */
const MOST_REMEMBERED = 1000;
const HOUR_MS = 3_600_000;

/**
 * What models cost: as configured, else as published (`@pydantic/genai-prices`, a list that comes with the package; it
 * is never fetched). The list takes 70 ms to load, so it is loaded when it is first needed.
 */
export class PriceList {
  private published: Published | null = null;
  private loading: Promise<void> | null = null;
  private readonly known = new Map<string, ModelPrice | null>();
  /** What was asked for last is what is asked for next, until another hour or model. */
  private latest: { seller: Seller; model: string; hour: number; price: ModelPrice | null } | null = null;

  /** Resolves once prices can be looked up; nothing to wait for when that is so already. */
  load(): Promise<void> | undefined {
    if (this.published !== null) return undefined;
    this.loading ??= import('@pydantic/genai-prices').then((published) => {
      this.published = published;
    });
    return this.loading;
  }

  /** Whether a price is known at once. */
  ready(seller: Seller): boolean {
    return this.published !== null || fixedPrice(seller) !== null;
  }

  /**
   * The price of a model at a time (milliseconds since the epoch: some prices change on a day or by the hour); null when
   * nobody knows it, or the list is not loaded yet.
   */
  price(seller: Seller, model: string, at: number): ModelPrice | null {
    const fixed = fixedPrice(seller);
    if (fixed !== null || this.published === null) return fixed;
    const hour = Math.floor(at / HOUR_MS);
    const latest = this.latest;
    if (latest !== null && latest.seller === seller && latest.model === model && latest.hour === hour) {
      return latest.price;
    }
    const price = this.priceIn(this.published, seller, model, hour);
    this.latest = { seller, model, hour, price };
    return price;
  }

  private priceIn(published: Published, seller: Seller, model: string, hour: number): ModelPrice | null {
    const key = `${hour} ${seller.kind}\n${seller.baseUrl ?? ''}\n${model}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const found = lookUp(published, seller, model, new Date(hour * HOUR_MS));
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    this.known.set(key, found);
    return found;
  }
}

/** The price that needs no list: a configured one, or none for what costs nothing. Null for what is sold by others. */
export function fixedPrice({ kind, inputPer1k, outputPer1k }: Seller): ModelPrice | null {
  if (inputPer1k !== undefined || outputPer1k !== undefined) {
    return { input: pricePer1k(inputPer1k ?? 0), output: pricePer1k(outputPer1k ?? 0), source: 'configured' };
  }
  return VENDORS.has(kind) ? null : NO_CHARGE;
}

/** By the address first, as many vendors speak the same dialect; then the kind's own vendor, which a gateway may stand for. */
function lookUp(
  { calcPrice }: Published,
  { kind, baseUrl }: Seller,
  model: string,
  timestamp: Date,
): ModelPrice | null {
  const vendor = VENDORS.get(kind);
  const ways = [
    ...(baseUrl === undefined ? [] : [{ providerApiUrl: baseUrl }]),
    ...(vendor === undefined ? [] : [{ providerId: vendor }]),
  ];
  for (const way of ways) {
    const found = calcPrice({}, model, { ...way, timestamp });
    if (found !== null) return fromPublished(found.model_price);
  }
  return null;
}

function fromPublished(price: PublishedPrice): ModelPrice | null {
  const [input, output] = [price['input_mtok'], price['output_mtok']].map(tokenPrice);
  if (input === undefined || output === undefined) return null;
  return {
    input,
    output,
    cacheRead: tokenPrice(price['cache_read_mtok']),
    cacheWrite: tokenPrice(price['cache_write_mtok']),
    source: 'published',
  };
}

function tokenPrice(price: number | TieredPrices | undefined): TokenPrice | undefined {
  if (price === undefined) return undefined;
  if (typeof price === 'number') return { base: perMillion(price) };
  return {
    base: perMillion(price.base),
    tiers: price.tiers.map((tier) => ({ start: tier.start, price: perMillion(tier.price) })),
  };
}
