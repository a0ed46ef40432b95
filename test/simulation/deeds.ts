import type { Hook, HookResult } from '../../src/pipeline/hooks.ts';
import type { Config } from '../../src/sections.ts';
import type { Dice } from './dice.ts';
import type { Deed } from './plan.ts';
import type { Scene } from './scene.ts';

export interface DeedSurroundings {
  /** Makes a configuration that differs in these values. */
  configOf(values: object): Config;
  /** Some client sends a request. */
  submit(): void;
}

/** Does, at its time, what somebody was going to do to the engine. */
export function schedule(deed: Deed, scene: Scene, dice: Dice, { configOf, submit }: DeedSurroundings): void {
  scene.later(deed.at, () => {
    scene.trace.note(deed.do.replaceAll(' ', '_'));
    switch (deed.do) {
      case 'set the wall clock':
        return scene.clock.setWallBy(deed.byMs);
      case 'drain':
        return void scene.drain(deed.graceMs);
      case 'flush':
        scene.engine.flushCache();
        for (const checker of scene.checkers) checker.forgotten?.();
        return;
      case 'replay':
        return scene.replay(deed.session);
      case 'apply': {
        const config = configOf(deed.values);
        scene.engine.apply(config);
        for (const checker of scene.checkers) checker.applied?.(config);
        scene.timeoutMs = config.stages.inference.timeout_ms;
        return;
      }
      case 'trip':
      case 'reset':
        scene.byHand = true;
        for (const { provider } of scene.engine.breakers.list()) {
          if (deed.do === 'trip') scene.engine.breakers.trip(provider);
          else scene.engine.breakers.reset(provider);
          for (const checker of scene.checkers) checker.breakerTouched?.(provider);
        }
        scene.byHand = false;
        return;
      case 'watch': {
        const unsubscribe = scene.engine.subscribe(() => {
          scene.trace.note('watched', scene.engine.snapshot().totals.in_flight);
          scene.look(false);
        });
        scene.watchers++;
        return scene.later(deed.untilMs - deed.at, unsubscribe);
      }
      case 'hook': {
        const remove = scene.engine.hook(deed.position, hookOf(deed, scene, dice, submit));
        return scene.later(deed.untilMs - deed.at, remove);
      }
    }
  });
}

function hookOf(deed: Deed & { do: 'hook' }, scene: Scene, dice: Dice, submit: () => void): Hook {
  const { position } = deed;
  return {
    name: position,
    run(subject): HookResult | Promise<HookResult> {
      scene.look(false);
      const conduct = dice.weighted(deed.conduct);
      scene.trace.note(`hook:${conduct}`, position, subject.request.id);
      switch (conduct) {
        case 'pass':
          return 'continue';
        case 'abort':
          return 'abort';
        case 'refuse':
          return { error: 'not with me' };
        case 'throw':
          throw new Error('a hook that throws');
        case 'submit':
          submit();
          return undefined;
        case 'work':
          return scene.work(dice.duration(deed.ms));
        case 'shout':
          subject.text = subject.text.toUpperCase();
          return 'continue';
        case 'wait':
          return new Promise((resolve) => scene.clock.after(dice.duration(deed.ms), () => resolve(undefined)));
      }
    },
  };
}
