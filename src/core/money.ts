/**
 * Money, exactly: a whole number of picodollars (10⁻¹² US dollars), as a bigint. One picodollar a token is one
 * millionth of a dollar for a million tokens, so the prices that providers publish are whole, and so is every sum of them.
 */
export type Picodollars = bigint;

const PER_DOLLAR = 1e12;

/** For people and JSON; exact up to the fifteen digits of a double. */
export const toDollars = (picodollars: Picodollars): number => Number(picodollars) / PER_DOLLAR;

/** The nearest whole number of picodollars. */
export const fromDollars = (dollars: number): Picodollars => BigInt(Math.round(dollars * PER_DOLLAR));

/** `$0.0042`: cents, or as many places more as it takes to show three digits of a smaller sum. */
export function dollarText(dollars: number): string {
  if (dollars === 0) return '$0';
  const places = Math.min(Math.max(2, 2 - Math.floor(Math.log10(Math.abs(dollars)))), 12);
  return `$${dollars.toFixed(places).replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}

/** A price that nobody knows is said to be unknown, never to be nothing. */
export const costText = (dollars: number | null): string => (dollars === null ? 'cost unknown' : dollarText(dollars));
