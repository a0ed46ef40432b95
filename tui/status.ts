import type { Snapshot } from '../src/telemetry/snapshot.ts';
import { count, durations } from './components/numbers.ts';
import { flowModel } from './panels/flow/model.ts';
import { latencyModel } from './panels/latency/model.ts';
import { providersModel } from './panels/providers/model.ts';
import { type Line, span } from './text.ts';

/** The engine in one line, of the models of its panels: what waits, what is at work, how long it takes, what fails. */
export function statusLine(snapshot: Snapshot): Line {
  const { stages } = flowModel(snapshot);
  const { p50_ms, p95_ms } = latencyModel(snapshot);
  const [p50, p95] = durations([p50_ms, p95_ms]);
  const waiting = stages.reduce((sum, { depth }) => sum + depth, 0);
  const busy = stages.reduce((sum, stage) => sum + stage.busy, 0);
  const providers = providersModel(snapshot, { sinceMs: 0 }) ?? [];
  return [
    span(`${count(waiting)} waiting · ${count(busy)} at work · p50 ${p50} p95 ${p95}`, 'faint'),
    ...providers.flatMap(({ name, ok, failed, breaker }) => [
      span(` · ${name} ${count(ok)} ok `, 'faint'),
      span(breaker === null || breaker === 'closed' ? '' : `breaker ${breaker.replace('_', '-')} `, 'bad'),
      span(`${count(failed)} errors`, failed > 0 ? 'warning' : 'faint'),
    ]),
  ];
}
