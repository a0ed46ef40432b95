import { ERRORS } from '../../src/core/errors.ts';
import { type BreakerState, CircuitBreaker, type Verdict } from '../../src/inference/layers/breaker/circuit-breaker.ts';
import { RetryBudget } from '../../src/inference/layers/retry/retry-budget.ts';
import { Patience } from '../../src/inference/routers/patience.ts';
import { Semaphore } from '../../src/primitives/semaphore.ts';
import { TokenBucket } from '../../src/primitives/token-bucket.ts';
import { type PlantedBug, replace } from './planted-bug.ts';

interface BreakerInside {
  readonly state: BreakerState;
  readonly period: number;
  become(next: BreakerState): void;
}

/** Bugs in what stands around a provider. */
export const LAYER_BUGS: readonly PlantedBug[] = [
  {
    name: 'an open breaker lets calls through',
    foundBy: ['breaker'],
    plant: () =>
      replace<BreakerInside, []>(CircuitBreaker, 'enter', (self, _args, original) => original() || self.period),
  },
  {
    name: 'a breaker never opens',
    foundBy: ['breaker'],
    plant: () =>
      replace<BreakerInside, [number, Verdict]>(CircuitBreaker, 'leave', (_self, [, verdict], original) => {
        if (verdict !== 'failure') original();
      }),
  },
  {
    name: 'a half-open breaker does not count its probes',
    foundBy: ['breaker'],
    plant: () =>
      replace<BreakerInside, []>(CircuitBreaker, 'enter', (self, _args, original) =>
        self.state.kind === 'half_open' ? self.period : original(),
      ),
  },
  {
    name: 'a breaker closes after its first good probe',
    foundBy: ['breaker'],
    plant: () =>
      replace<BreakerInside, [number, Verdict]>(CircuitBreaker, 'leave', (self, [, verdict], original) => {
        original();
        if (verdict === 'ok' && self.state.kind === 'half_open') {
          self.become({ kind: 'closed', failures: 0, limitedSince: null });
        }
      }),
  },
  {
    name: 'retries have no budget',
    foundBy: ['calls per request'],
    plant: () => replace(RetryBudget, 'withdraw', () => true),
  },
  {
    name: 'what is not worth it is tried again',
    foundBy: ['retries'],
    plant() {
      const definition = ERRORS.dns_failed as { action: string };
      const { action } = definition;
      definition.action = 'retry';
      return () => {
        definition.action = action;
      };
    },
  },
  {
    name: 'whoever has failed is asked again before the others',
    foundBy: ['failovers'],
    plant: () =>
      replace<Map<object, unknown>, [object]>(Map, 'has', (self, [key], original) => {
        const asked = typeof key === 'object' && key !== null && 'replaceable' in key ? self.get(key) : undefined;
        return asked === 'asked before: provider_unavailable' ? false : original();
      }),
  },
  {
    name: 'a patient engine gives up at once',
    foundBy: ['patience'],
    plant: () => replace(Patience, 'hopes', () => []),
  },
  {
    name: 'a patient engine never gives up',
    foundBy: ['patience', 'settles'],
    plant: () => replace(Patience, 'givesUpAt', () => Number.POSITIVE_INFINITY),
  },
  {
    name: 'a bulkhead lets everybody in',
    foundBy: ['limits'],
    plant: () => replace(Semaphore, 'take', () => true),
  },
  {
    name: 'a rate limit makes nobody wait',
    foundBy: ['limits'],
    plant: () => replace(TokenBucket, 'reserve', () => 0),
  },
];
