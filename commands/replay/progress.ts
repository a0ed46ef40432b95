import { safeLine } from '../../src/core/safe-text.ts';
import type { CommandContext } from '../command.ts';

export interface ReplayCounts {
  readonly total: number;
  readonly ok: number;
  readonly fail: number;
  readonly skip: number;
}

export interface Progress {
  update(counts: ReplayCounts): void;
  /** A message on a line of its own, above the bar. */
  tell(text: string): void;
  stop(): void;
}

const CLEAR_LINE = '\r\u001b[2K';

/**
 * `[####----] 50/100 ok:48 fail:1 skip:1` on stderr where that is a terminal; only messages elsewhere.
 * `expected` is the number of records, null when only reading tells.
 */
export async function createProgress({ stderr }: CommandContext, expected: number | null): Promise<Progress> {
  const print = (text: string): void => void stderr.write(`orchestrator: ${safeLine(text, 500)}\n`);
  if (stderr.isTTY !== true) return { update: () => undefined, tell: print, stop: () => undefined };
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    stream: stderr as NodeJS.WritableStream,
    format: '[{bar}] {value}/{total} ok:{ok} fail:{fail} skip:{skip}',
    barCompleteChar: '#',
    barIncompleteChar: '-',
    barsize: 40,
    hideCursor: true,
  });
  bar.start(expected ?? 0, 0, { ok: 0, fail: 0, skip: 0 });
  return {
    update({ total, ok, fail, skip }) {
      if (total > bar.getTotal()) bar.setTotal(total);
      bar.update(total, { ok, fail, skip });
    },
    tell(text) {
      if (bar.isActive) stderr.write(CLEAR_LINE);
      print(text);
    },
    stop: () => bar.stop(),
  };
}
