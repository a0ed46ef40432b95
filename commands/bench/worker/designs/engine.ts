import { validateTable } from '../../../../src/config/validate.ts';
import { EMPTY_TABLE } from '../../../../src/config/tree.ts';
import type { Outcome } from '../../../../src/core/outcome.ts';
import { createEngine, type Engine } from '../../../../src/engine.ts';
import { type Config, engineSections } from '../../../../src/sections.ts';
import type { Design } from '../design.ts';
import { buildRequest, providerOf, type Receiver, type Work } from '../work.ts';

/** The configuration of an engine that nobody configured. */
export function defaultConfig(): Config {
  return validateTable(engineSections, EMPTY_TABLE).config as Config;
}

/** The engine as the composition root makes it; no-op work comes in as a provider, as a program would bring its own. */
export function engineFor(work: Work): Engine {
  return createEngine(defaultConfig(), work === 'echo' ? {} : { provider: providerOf(work) });
}

/** Callback submits from a loop that keeps `clients` requests open. */
export async function engineCallback(work: Work): Promise<Design> {
  const engine = engineFor(work);
  return {
    run: (requests, clients, receiver) =>
      new Promise((resolve) => {
        let sent = 0;
        let open = 0;
        let sending = false;
        const send = (): void => {
          sending = true;
          while (open < clients && sent < requests) {
            open++;
            engine.submitWith(buildRequest(sent++), null, done);
          }
          sending = false;
        };
        const done = (outcome: Outcome): void => {
          open--;
          take(outcome, receiver);
          if (receiver.answered === requests) resolve();
          // An answer that came after its submit had returned: the loop has stopped, and goes on from here.
          else if (!sending) send();
        };
        send();
      }),
  };
}

/** `await engine.submit(request)`, by so many clients at a time. */
export async function enginePromise(work: Work): Promise<Design> {
  const engine = engineFor(work);
  return {
    async run(requests, clients, receiver) {
      let sent = 0;
      const client = async (): Promise<void> => {
        while (sent < requests) take(await engine.submit(buildRequest(sent++)), receiver);
      };
      await Promise.all(Array.from({ length: clients }, client));
    },
  };
}

function take(outcome: Outcome, receiver: Receiver): void {
  if (outcome.status === 'completed') receiver.take(outcome.text);
}
