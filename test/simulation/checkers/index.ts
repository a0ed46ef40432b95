import type { CheckerDefinition } from '../checker.ts';
import { aborts } from './aborts.ts';
import { bounds } from './bounds.ts';
import { breaker } from './breaker.ts';
import { callsPerRequest } from './calls-per-request.ts';
import { caps } from './caps.ts';
import { deadLetters } from './dead-letters.ts';
import { deadlines } from './deadlines.ts';
import { drains } from './drains.ts';
import { failovers } from './failovers.ts';
import { idleness } from './idleness.ts';
import { journal } from './journal.ts';
import { lateCalls } from './late-calls.ts';
import { ledger } from './ledger.ts';
import { limits } from './limits.ts';
import { nesting } from './nesting.ts';
import { oneOutcome } from './one-outcome.ts';
import { order } from './order.ts';
import { patience } from './patience.ts';
import { permits } from './permits.ts';
import { records } from './records.ts';
import { replays } from './replays.ts';
import { retries } from './retries.ts';
import { reuse } from './reuse.ts';
import { settles } from './settles.ts';
import { snapshot } from './snapshot.ts';
import { sums } from './sums.ts';
import { text } from './text.ts';

/** All of them watch every simulation. */
export const CHECKERS: readonly CheckerDefinition[] = [
  sums,
  oneOutcome,
  settles,
  deadlines,
  drains,
  lateCalls,
  callsPerRequest,
  retries,
  failovers,
  patience,
  breaker,
  limits,
  ledger,
  caps,
  bounds,
  order,
  idleness,
  nesting,
  permits,
  deadLetters,
  replays,
  text,
  aborts,
  reuse,
  records,
  journal,
  snapshot,
];
