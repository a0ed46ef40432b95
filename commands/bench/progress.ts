import { age } from '../../tui/components/numbers.ts';
import { cut } from '../../tui/text.ts';
import type { CommandContext } from '../command.ts';
import { LiveBlock } from '../shared/live-block.ts';
import { canRedraw } from '../shared/progress.ts';

export interface BenchProgress {
  /** What is measured now. */
  tell(line: string): void;
  /** Takes the line away, where there is one. */
  stop(): void;
}

/**
 * What is measured now, for whoever waits: in place on a terminal, a line each with `--no-live` and on simple ones. The
 * engines that are measured run in processes of their own, and are not looked into: that would be measured, too.
 */
export function createBenchProgress(context: CommandContext, live: boolean): BenchProgress {
  const { stderr, clock } = context;
  if (stderr.isTTY !== true) return { tell: () => undefined, stop: () => undefined };
  if (!live || !canRedraw(context)) {
    return { tell: (line) => void stderr.write(`${line}\n`), stop: () => undefined };
  }
  const block = new LiveBlock(stderr);
  const startedAt = clock.now();
  let measured = 0;
  return {
    tell(line) {
      measured++;
      const text = cut(`${age(clock.now() - startedAt)}  ${measured}  ${line}`, block.width);
      block.draw([{ text, width: text.length }]);
    },
    stop: () => block.clear(),
  };
}
