import { getEventListeners } from 'node:events';
import { STAGES } from '../../../src/pipeline/stages.ts';
import type { CheckerDefinition } from '../checker.ts';

/** What was taken is given back: slots, places, calls in flight, listeners on callers' signals. */
export const permits: CheckerDefinition = {
  name: 'permits',
  watch: (scene, fail) => ({
    told({ request, signal }) {
      if (signal !== null && getEventListeners(signal, 'abort').length > 0) {
        fail(`${request.id} has ended, and something still listens to its signal`);
      }
    },
    looked({ dead_letters, totals }, _exact, quiet) {
      if (!quiet || totals.in_flight > 0 || scene.plan.store !== null) return;
      if (scene.openCalls.size > 0) return;
      // One for the round once a second, one for each dashboard that is or was open and each letter that is sent again.
      const most = 1 + scene.watchers + dead_letters.replay.scheduled;
      const { waiting } = scene.engineClock;
      if (waiting > most) fail(`nothing is in flight, and the engine has ${waiting} timers instead of ${most}`);
    },
    drained() {
      if (scene.plan.store !== null || scene.openCalls.size > 0) return;
      const { waiting } = scene.engineClock;
      if (waiting > scene.watchers) fail(`a drained engine has ${waiting} timers`);
    },
    atRest({ stages, providers, totals, state }) {
      for (const name of STAGES) {
        const { busy, depth } = stages[name];
        if (busy !== 0) fail(`${busy} slots of ${name} were never given back`);
        if (depth !== 0) fail(`${depth} places before ${name} were never given back`);
      }
      for (const [name, { in_flight }] of Object.entries(providers)) {
        if (in_flight !== 0) fail(`${in_flight} calls to ${name} are in flight for ever`);
      }
      if (totals.in_flight !== 0) fail(`${totals.in_flight} requests are in flight for ever`);
      if (state !== 'stopped') fail(`a drained engine is ${state}`);
      for (const { name } of scene.plan.fleet) if (!scene.closed.has(name)) fail(`${name} was never closed`);
    },
  }),
};
