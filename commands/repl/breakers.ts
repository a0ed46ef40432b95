import { OrchestratorError } from '../../src/core/errors.ts';
import type { BreakerChange } from '../../src/inference/events.ts';
import type { SlashCommand } from './slash.ts';

/** `/breakers`, `/breakers reset [NAME]`, `/breakers trip NAME`: shows the circuit breakers, and works them by hand. */
export const breakersCommand: SlashCommand = {
  name: 'breakers',
  arguments: '[reset|trip name]',
  summary: 'show, reset or trip circuit breakers',
  choices: ({ host }) =>
    ['reset', 'trip'].flatMap((verb) => [
      verb,
      ...host.engine.breakers.list().map(({ provider }) => `${verb} ${provider}`),
    ]),
  run(repl, argument) {
    const { breakers } = repl.host.engine;
    const [verb, name] = argument.split(/\s+/);
    if (verb === 'reset') breakers.reset(name);
    else if (verb === 'trip' && name !== undefined) breakers.trip(name);
    else if (verb !== '') {
      throw new OrchestratorError('usage', '/breakers takes nothing, reset, reset NAME or trip NAME.');
    }
    repl.say(breakers.list().map(breakerLine).join('\n') || 'no breakers (resilience.circuit_breaker_threshold = 0)');
  },
};

function breakerLine({ provider, state, failures, next_probe_ms, reason }: BreakerChange): string {
  const parts = [
    state.replace('_', '-'),
    failures === 0 ? '' : failures === 1 ? '1 failure' : `${failures} failures in a row`,
    reason ?? '',
    next_probe_ms === null ? '' : `next probe in ${Math.ceil(next_probe_ms / 1000)} s`,
  ];
  return `${provider}: ${parts.filter((part) => part !== '').join(', ')}`;
}
