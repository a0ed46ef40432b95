import type { SpendPicture } from '../../../src/admission/spend/ledger.ts';
import { dollarText } from '../../../src/core/money.ts';
import { chart, sparkline } from '../../components/bars.ts';
import { count, loadRole } from '../../components/numbers.ts';
import { type Line, type Span, span, wrapped } from '../../text.ts';

/** What was spent, and of how much. */
export function spendTitle(model: SpendPicture): Line {
  return [span('SPEND', 'strong'), span(' '), ...total(model)];
}

/** What it went to, and under it how much a second. */
export function spendView(model: SpendPicture, width: number, height: number): readonly Line[] {
  const told = wrapped(parts(model), width, ' · ').slice(0, Math.max(height - 1, 1));
  const rows = chart(model.history, width, Math.max(height - told.length, 0));
  return [...told, ...rows.map((row): Line => [span(row, 'accent')])];
}

export function spendCompact(model: SpendPicture, width: number): Line {
  return [...total(model), span(' '), span(sparkline(model.history, Math.min(Math.max(width - 24, 0), 30)), 'accent')];
}

function total({ total_usd, limit_usd }: SpendPicture): readonly Span[] {
  const spent = dollarText(total_usd);
  if (limit_usd === null) return [span(spent)];
  return [span(`${spent} of ${dollarText(limit_usd)}`, loadRole(total_usd / limit_usd))];
}

function parts({ by_model, saved_usd, unpriced, refused, reserved_usd }: SpendPicture): readonly Span[] {
  const models = Object.entries(by_model).sort(([, one], [, other]) => other - one);
  return [
    ...(refused > 0 ? [span(`${count(refused)} refused`, 'bad')] : []),
    ...(unpriced > 0 ? [span(`${count(unpriced)} of unknown price`, 'warning')] : []),
    ...(saved_usd > 0 ? [span(`saved ${dollarText(saved_usd)}`, 'good')] : []),
    ...(reserved_usd > 0 ? [span(`${dollarText(reserved_usd)} reserved`, 'faint')] : []),
    ...models.slice(0, 4).map(([name, cost]) => span(`${name} ${dollarText(cost)}`)),
    ...(models.length === 0 ? [span('nothing spent', 'faint')] : []),
  ];
}
