import { age, count, plural } from '../../components/numbers.ts';
import { type Line, span, wrapped } from '../../text.ts';
import type { RoutingModel } from './model.ts';

/** How many found somebody at once, in the second place, or nobody. */
export function routingView(model: RoutingModel, width: number, height: number): readonly Line[] {
  const { routed, failovers, unserved, waited, waitsFor } = model;
  const parts = [
    span(`${count(routed)} routed`),
    span(plural(failovers, 'failover'), failovers > 0 ? 'warning' : 'plain'),
    ...(unserved > 0 ? [span(`${count(unserved)} found nobody`, 'bad')] : []),
    ...(waited > 0 ? [span(`${count(waited)} waited`, 'warning')] : []),
    ...(waitsFor === null ? [] : [span(waitingText(waitsFor), 'warning')]),
  ];
  return wrapped(parts, width, ' · ').slice(0, height);
}

const waitingText = ({ provider, nextTryMs }: NonNullable<RoutingModel['waitsFor']>): string =>
  `waiting for ${provider}, ${nextTryMs === null ? 'being probed' : `tried again in ${age(nextTryMs)}`}`;
