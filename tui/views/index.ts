import type { View } from '../view.ts';
import { cluster } from './cluster/cluster.ts';
import { control } from './control/control.ts';
import { deadLetters } from './dead-letters/dead-letters.ts';
import { experiments } from './experiments/experiments.ts';
import { log } from './log/log.ts';
import { overview } from './overview.ts';
import { requests } from './requests/requests.ts';

/** The views in the order of their number keys. */
const VIEWS: readonly View[] = [overview, requests, deadLetters, experiments, control, cluster, log];

export const viewOf = (name: View['name']): View => VIEWS.find((view) => view.name === name)!;
