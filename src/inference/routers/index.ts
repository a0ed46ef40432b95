import { arbitrage } from './arbitrage/arbitrage-router.ts';
import { bandit } from './bandit/bandit.ts';
import { cascade } from './cascade/cascade.ts';
import { hedge } from './hedge/hedge.ts';
import { leastLoadedRouter } from './least-loaded/least-loaded.ts';
import { roundRobin } from './round-robin/round-robin.ts';
import type { RouterDefinition } from './router.ts';
import { single } from './single/single.ts';
import { tournament } from './tournament/tournament.ts';
import { weighted } from './weighted/weighted.ts';

/** Every policy, in the order of the reference. */
export const ROUTERS: readonly RouterDefinition[] = [
  single,
  roundRobin,
  weighted,
  leastLoadedRouter,
  cascade,
  arbitrage,
  bandit,
  tournament,
  hedge,
];
