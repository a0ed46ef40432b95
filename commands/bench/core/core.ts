import type { Scenario } from '../scenario.ts';
import { measureSingles, SINGLE_TARGETS } from './single.ts';
import { measureThroughput, THROUGHPUT_TARGETS } from './throughput.ts';

/** The engine alone, no features: what a request costs, how that grows, what it leaves behind. */
export const coreScenario: Scenario = {
  name: 'core',
  summary: 'the engine without features: P1 to P4, P7, P8, P22',
  ids: [...THROUGHPUT_TARGETS, ...SINGLE_TARGETS].map(({ id }) => id),
  run: async (bench) => [...(await measureThroughput(bench)), ...(await measureSingles(bench))],
};
