import { Box, Text, useInput, usePaste, useWindowSize } from 'ink';
import { memo, type ReactElement, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Clock } from '../src/core/clock.ts';
import { press, pressed } from './keys.ts';
import type { Look } from './panel.ts';
import { drawScreen, type Now } from './screen.ts';
import type { Source } from './source.ts';
import type { Paint } from './theme.ts';
import { type Controls, FIRST_UI, type Ui } from './ui.ts';

export interface AppProps {
  readonly source: Source;
  readonly clock: Clock;
  readonly paint: Paint;
  readonly timeOfDay: Look['timeOfDay'];
  readonly readonly: boolean;
  readonly onQuit: Controls['quit'];
}

/** The dashboard. Every line is drawn by pure functions; ink puts them on the screen and reads the keys. */
export function App({ source, clock, paint, timeOfDay, readonly, onQuit }: AppProps): ReactElement {
  const latest = useSyncExternalStore(source.subscribe, source.snapshot);
  const [ui, setUi] = useState<Ui>(FIRST_UI);
  const size = useWindowSize();
  const running = useNow(clock, latest.uptime_ms);
  const snapshot = ui.held ?? latest;
  const now: Now = ui.held === null ? running : { wall: ui.held.at, uptimeMs: ui.held.uptime_ms };
  // Keys that come together each see what the one before them did.
  const chosen = useRef(ui);
  const controls: Controls = {
    get ui() {
      return chosen.current;
    },
    source,
    readonly,
    change(part) {
      chosen.current = { ...chosen.current, ...part };
      setUi(chosen.current);
    },
    quit: onQuit,
  };
  useInput((input, key) => {
    for (const name of pressed(input, key)) press(name, controls);
  });
  // Text that is pasted by accident is no command.
  usePaste(() => undefined);

  const { columns, rows } = size;
  const { wall, uptimeMs } = now;
  // While nothing of this changes nothing is drawn, a paused display in front of a busy engine included.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the controls are made anew each time, and say what `ui` and `readonly` say
  const lines = useMemo(() => {
    return drawScreen(
      snapshot,
      { level: ui.level, timeOfDay },
      { ...controls, ui },
      { wall, uptimeMs },
      { columns, rows },
    ).map(paint);
  }, [snapshot, ui, wall, uptimeMs, columns, rows, readonly, paint, timeOfDay]);
  return (
    <Box flexDirection="column">
      {lines.map((text, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Row key={row} text={text} />
      ))}
    </Box>
  );
}

const Row = memo(function Row({ text }: { readonly text: string }): ReactElement {
  return <Text wrap="truncate">{text}</Text>;
});

/** The time, once a second; between snapshots the engine's age goes on by the monotonic clock. */
function useNow(clock: Clock, uptimeMs: number): Now {
  const startedAt = useMemo(() => clock.now() - uptimeMs, [clock, uptimeMs]);
  const [, setSecond] = useState(0);
  useEffect(() => {
    const tick = (): void => {
      setSecond((second) => second + 1);
      timer = clock.after(SECOND_MS, tick, true);
    };
    let timer = clock.after(SECOND_MS, tick, true);
    return () => timer.cancel();
  }, [clock]);
  const inSeconds = (ms: number): number => Math.floor(ms / SECOND_MS) * SECOND_MS;
  return { wall: inSeconds(clock.wall()), uptimeMs: inSeconds(clock.now() - startedAt) };
}

const SECOND_MS = 1000;
