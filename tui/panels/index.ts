import type { Panel } from '../panel.ts';
import { admission } from './admission/admission.ts';
import { deadLetters } from './dead-letters/dead-letters.ts';
import { flow } from './flow/flow.ts';
import { latency } from './latency/latency.ts';
import { log } from './log/log.ts';
import { plugins } from './plugins/plugins.ts';
import { pool } from './pool/pool.ts';
import { providers } from './providers/providers.ts';
import { retrieval } from './retrieval/retrieval.ts';
import { reuse } from './reuse/reuse.ts';
import { routing } from './routing/routing.ts';
import { spend } from './spend/spend.ts';
import { streams } from './streams/streams.ts';
import { throughput } from './throughput/throughput.ts';
import { transforms } from './transforms/transforms.ts';

/** Every panel; those of one band stand in this order. One whose section the snapshot lacks is not drawn. */
export const PANELS: readonly Panel[] = [
  flow,
  providers,
  reuse,
  admission,
  routing,
  pool,
  retrieval,
  transforms,
  streams,
  plugins,
  deadLetters,
  throughput,
  latency,
  spend,
  log,
];
