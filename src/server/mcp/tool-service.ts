import type { Clock } from '../../core/clock.ts';
import type { Ids } from '../../core/ids.ts';
import type { Engine } from '../../engine.ts';
import type { Storage } from '../../storage/contract.ts';
import { DeadLetterStore } from '../../storage/dead-letters.ts';
import { ANYBODY } from '../access.ts';
import type { ConfigControl } from '../config-control.ts';
import { Letters } from '../letters.ts';
import { Submissions } from '../submissions.ts';
import type { ToolService } from './tool.ts';

export interface ToolServiceParts {
  readonly engine: Engine;
  /** Where accepted requests are kept. */
  readonly storage: Storage;
  /** This process's claim on what lasts; null where nothing does. */
  readonly store: { readonly owner: { readonly id: string } } | null;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Of this package. */
  readonly version: string;
  readonly control: ConfigControl;
}

/** What the tools work with, where no web server stands beside them. */
export function toolService({ engine, storage, store, clock, ids, version, control }: ToolServiceParts): ToolService {
  return {
    engine,
    version,
    ids,
    visitor: ANYBODY,
    submissions: new Submissions({ engine, storage, owner: store?.owner.id ?? 'memory', clock }),
    deadLetters: new Letters(engine, storage.durable ? new DeadLetterStore(storage) : null),
    config: control,
  };
}
