import fc from 'fast-check';
import { expect, test } from 'vitest';
import { costOf, pricePer1k } from '../../../src/admission/spend/price.ts';
import { isFree, PriceList } from '../../../src/admission/spend/price-list.ts';
import { dollarText, fromDollars, toDollars } from '../../../src/core/money.ts';

const AT = Date.UTC(2026, 0, 1);
const usage = (input: number, output: number, cacheRead = 0, cacheWrite = 0) => ({
  input,
  output,
  cacheRead,
  cacheWrite,
});

test('published prices, with those of the cache, to the picodollar', async () => {
  const prices = new PriceList();
  await prices.load();
  const claude = prices.price({ kind: 'anthropic' }, 'claude-sonnet-4-6', AT)!;
  // $3 in, $15 out, $0.30 read, $3.75 written, for a million tokens.
  expect(costOf(claude, usage(1000, 100, 200, 100))).toBe(
    700n * 3_000_000n + 200n * 300_000n + 100n * 3_750_000n + 100n * 15_000_000n,
  );
  expect(toDollars(costOf(claude, usage(1000, 100, 200, 100)))).toBe(0.004035);
  const mini = prices.price({ kind: 'open_ai' }, 'gpt-4o-mini', AT)!;
  expect(costOf(mini, usage(1, 0))).toBe(150_000n);
});

test('long prompts have the price of their tier', async () => {
  const prices = new PriceList();
  await prices.load();
  const vendor = { kind: 'open_ai', baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai' };
  const gemini = prices.price(vendor, 'gemini-2.5-pro', AT)!;
  expect(costOf(gemini, usage(200_000, 0))).toBe(200_000n * 1_250_000n);
  expect(costOf(gemini, usage(200_001, 0))).toBe(200_001n * 2_500_000n);
});

test('the vendor is told by the address, and a gateway has the prices of what it stands for', async () => {
  const prices = new PriceList();
  await prices.load();
  const at = (baseUrl: string, model: string) => prices.price({ kind: 'open_ai', baseUrl }, model, AT)?.input.base;
  expect(at('https://api.groq.com/openai/v1', 'llama-3.3-70b-versatile')).toBe(590_000n);
  expect(at('http://127.0.0.1:9/v1', 'gpt-4o')).toBe(2_500_000n);
});

test('a configured price wins; what nobody knows is not nothing; local kinds cost nothing', async () => {
  const prices = new PriceList();
  const configured = { kind: 'anthropic', inputPer1k: 0.25, outputPer1k: 1.25 };
  expect(prices.ready(configured)).toBe(true);
  expect(costOf(prices.price(configured, 'claude-sonnet-4-6', AT)!, usage(1000, 1000))).toBe(fromDollars(1.5));
  expect(prices.price({ kind: 'open_ai' }, 'gpt-4o', AT)).toBeNull();
  await prices.load();
  expect(prices.price({ kind: 'open_ai' }, 'never-heard-of-it', AT)).toBeNull();
  expect(costOf(prices.price({ kind: 'vllm' }, 'anything', AT)!, usage(9, 9))).toBe(0n);
  expect(['echo', 'llama_cpp', 'vllm', 'anthropic', 'open_ai'].map((kind) => isFree({ kind }))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(isFree({ kind: 'echo', inputPer1k: 0.1 })).toBe(false);
});

test('costs add up: any way to cut a usage in two costs the same', () => {
  const price = { input: pricePer1k(0.00025), output: pricePer1k(0.00125), source: 'configured' } as const;
  fc.assert(
    fc.property(fc.nat(1e6), fc.nat(1e6), fc.nat(1e6), fc.nat(1e6), (a, b, c, d) => {
      expect(costOf(price, usage(a, b)) + costOf(price, usage(c, d))).toBe(costOf(price, usage(a + c, b + d)));
    }),
  );
});

test('sums are shown with as many places as they need', () => {
  expect([0, 1.5, 0.1, 12.345, 0.00042, 0.0000001].map(dollarText)).toEqual([
    '$0',
    '$1.50',
    '$0.10',
    '$12.35',
    '$0.00042',
    '$0.0000001',
  ]);
});
