import type { Timer } from '../../src/core/clock.ts';
import { messageOf } from '../../src/core/errors.ts';
import { refuseOneself } from '../../src/server/oneself.ts';
import { logEngine } from '../../src/telemetry/engine-log.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { loadCommandConfig } from '../shared/config-options.ts';
import { hostEngine } from '../shared/host.ts';
import { inferenceFlags, onlyAsked } from '../shared/inference-flags.ts';
import { LiveConfig } from '../shared/live-config.ts';
import { SIGNAL_EXIT_CODES } from '../shared/signals.ts';
import { commandLogger, hostWeb } from '../shared/web.ts';
import { webFlags } from '../shared/web-options.ts';
import { createServiceStatus } from './service-status.ts';

/**
 * The service: the engine with its web API, until a signal ends it. What is in flight then may end within
 * `server.drain_s`; a second signal interrupts it at once. Nothing accepted is lost: it is answered, or a dead letter.
 */
export async function runService(context: CommandContext, options: CommandOptions): Promise<number> {
  const load = async () => {
    const flags = { ...inferenceFlags(options), ...webFlags(options, context.environment) };
    const loaded = await loadCommandConfig(context, options, flags);
    return { ...loaded, config: onlyAsked(loaded.config, options['worker']) };
  };
  const loaded = await load();
  const { config, environment } = loaded;
  if (options['web'] !== false) refuseOneself(config, environment, config.server);
  // Others' prompts come in here.
  const host = await hostEngine({ ...context, environment }, config, true, { guardMode: 'block' });
  const status = createServiceStatus(context, host.engine, options['live'] !== false);
  const logger = commandLogger(context, config.observability, (line) => status.tell(line));
  const live = new LiveConfig(context, loaded, {
    load,
    apply(changed) {
      if (options['web'] !== false) refuseOneself(changed, environment, config.server);
      host.engine.apply(changed);
    },
    tell: (text) => logger.info(text),
  });
  const stopLog = logEngine(host.engine, logger);
  const signals = new Signals(context);
  try {
    const web = options['web'] === false ? null : await hostWeb({ context, environment, host, live, logger }, options);
    const { name, model } = host.engine.provider();
    status.start(web?.url ?? 'no web API');
    logger.info({ url: web?.url, metrics_port: web?.metricsPort ?? undefined, provider: name, model }, 'serving');
    const signal = await signals.first;
    logger.info({ signal, in_flight: host.engine.snapshot().totals.in_flight }, 'stopping');
    web?.drain();
    void signals.second.then(() => host.engine.drain(0));
    await host.engine.drain(config.server.drain_s * 1000);
    await web?.close();
    logger.info({ totals: host.engine.snapshot().totals }, 'stopped');
    return signal === 'SIGTERM' ? 0 : SIGNAL_EXIT_CODES[signal];
  } finally {
    signals.dispose();
    stopLog();
    status.stop();
    live.stop();
    await host.close().catch((thrown) => logger.error(messageOf(thrown)));
  }
}

const HOUR_MS = 3_600_000;

class Signals {
  readonly first: Promise<'SIGINT' | 'SIGTERM'>;
  readonly second: Promise<void>;
  readonly dispose: () => void;

  constructor(context: CommandContext) {
    let onFirst: (signal: 'SIGINT' | 'SIGTERM') => void = () => undefined;
    let onSecond: () => void = () => undefined;
    this.first = new Promise((resolve) => {
      onFirst = resolve;
    });
    this.second = new Promise((resolve) => {
      onSecond = resolve;
    });
    let seen = 0;
    // Without a web API there is no listener, and nothing else that would keep the process.
    let waiting: Timer;
    const wait = (): void => {
      waiting = context.clock.after(HOUR_MS, wait);
    };
    wait();
    const unlisten = context.onSignal((signal) => {
      if (seen++ === 0) onFirst(signal);
      else onSecond();
    });
    this.dispose = () => {
      waiting.cancel();
      unlisten();
    };
  }
}
