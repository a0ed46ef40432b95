import { Box, Text, useInput, useIsScreenReaderEnabled, usePaste, useWindowSize } from 'ink';
import {
  memo,
  type ReactElement,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { Clock } from '../src/core/clock.ts';
import { messageOf } from '../src/core/errors.ts';
import type { Snapshot } from '../src/telemetry/snapshot.ts';
import type { Display } from './painter.ts';
import type { Look } from './panel.ts';
import { drawScreen, EDGES, type Now } from './screen.ts';
import { type Details, NO_DETAILS, type Source } from './source.ts';
import { spokenLines } from './spoken.ts';
import type { Paint } from './theme.ts';
import { pressed, take } from './typed.ts';
import { type Controls, FIRST_UI, type Past, type Ui } from './ui.ts';
import type { Scene } from './view.ts';
import { viewOf } from './views/index.ts';
import { requestIdOf } from './views/requests/model.ts';

export interface AppProps {
  readonly source: Source;
  readonly past: Past;
  readonly clock: Clock;
  readonly display: Display;
  /** For those who listen: ink prints their words. */
  readonly paint: Paint;
  readonly timeOfDay: Look['timeOfDay'];
  readonly readonly: boolean;
  readonly onQuit: Controls['quit'];
}

/** The dashboard. Every line is made by pure functions; ink has the terminal and reads the keys. */
export function App({
  source,
  past,
  clock,
  display,
  paint,
  timeOfDay,
  readonly,
  onQuit,
}: AppProps): ReactElement | null {
  const latest = useSyncExternalStore(source.subscribe, source.snapshot);
  const details = useSyncExternalStore(source.subscribe, source.details);
  const link = useSyncExternalStore(source.subscribe, source.link);
  const [ui, setUi] = useState<Ui>(FIRST_UI);
  const spoken = useIsScreenReaderEnabled();
  const seen = useSeen({ snapshot: latest, details }, spoken);
  const { columns, rows } = useWindowSize();
  const { wall, uptimeMs } = useNow(clock, latest.uptime_ms);

  const sceneOf = (of: Ui, beside: Details): Scene => {
    const snapshot = of.held?.snapshot ?? seen.current.snapshot;
    // What counts down stands still with the picture, and with one that nobody sends any more.
    const sinceMs = of.held === null && link.state === 'live' ? Math.max(uptimeMs - snapshot.uptime_ms, 0) : 0;
    const provider = of.places.overview?.key ?? null;
    return { snapshot, details: beside, ui: of, look: { level: of.level, sinceMs, provider, timeOfDay } };
  };
  // Keys that come together each see what the one before them did.
  const chosen = useRef(ui);
  const change = (part: Partial<Ui>): void => {
    chosen.current = { ...chosen.current, ...part };
    if (part.view !== undefined || part.opened !== undefined) watchFor(chosen.current, source);
    seen.current = { snapshot: source.snapshot(), details: source.details() };
    setUi(chosen.current);
  };
  const controls: Controls = {
    get ui() {
      return chosen.current;
    },
    get scene() {
      return sceneOf(chosen.current, source.details());
    },
    source,
    past,
    readonly,
    now: () => clock.now(),
    page: Math.max(rows - EDGES - 4, 1),
    change,
    act(deed) {
      deed().then(
        (notice) => change({ notice }),
        (thrown) => change({ notice: messageOf(thrown) }),
      );
    },
    quit: onQuit,
  };
  useInput((input, key) => {
    for (const name of pressed(input, key)) take(name, controls);
  });
  // Text that is pasted by accident is no command; into a text that is being typed it goes.
  usePaste((text) => {
    if (chosen.current.typing?.kind === 'filter') for (const typed of text) take(typed, controls);
  });

  // While nothing of this changes nothing is drawn, a paused display in front of a busy engine included.
  const picture = ui.held?.snapshot ?? seen.current.snapshot;
  const beside = seen.current.details;
  const inSight = nowIn(ui, spoken ? { wall: picture.at, uptimeMs: picture.uptime_ms } : { wall, uptimeMs });
  // biome-ignore lint/correctness/useExhaustiveDependencies: scene and controls are made anew each time, of what stands here
  const lines = useMemo(() => {
    const scene = sceneOf(ui, beside);
    const drawn = { ...controls, ui, scene };
    return spoken ? spokenLines(scene, drawn, inSight) : drawScreen(scene, drawn, inSight, { columns, rows });
  }, [spoken, picture, beside, link, ui, inSight.wall, inSight.uptimeMs, columns, rows, readonly, timeOfDay]);
  useLayoutEffect(() => {
    if (!spoken) display.draw(lines, { columns, rows });
  }, [spoken, display, lines, columns, rows]);
  if (!spoken) return null;
  return (
    <Box flexDirection="column">
      {lines.map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Row key={row} text={paint(line)} />
      ))}
    </Box>
  );
}

const Row = memo(function Row({ text }: { readonly text: string }): ReactElement {
  return <Text wrap="truncate">{text}</Text>;
});

/** Asks for what the view shows beside the snapshot. */
function watchFor({ view, opened }: Ui, source: Source): void {
  source.watch(viewOf(view).topic ?? null, view === 'requests' && opened !== null ? requestIdOf(opened) : null);
}

/** As much of the time as is in sight: a paused picture has its own. */
function nowIn({ held }: Ui, now: Now): Now {
  if (held === null) return now;
  return { wall: 0, uptimeMs: held.why === 'paused' ? 0 : now.uptimeMs };
}

interface Seen {
  readonly snapshot: Snapshot;
  readonly details: Details;
}

/** What is shown: the latest there is. Who listens is not interrupted: for them it comes with a key, and now and then. */
function useSeen(latest: Seen, spoken: boolean): { current: Seen } {
  const seen = useRef(latest);
  const age = Math.abs(latest.snapshot.uptime_ms - seen.current.snapshot.uptime_ms);
  // A list that has just come was asked for.
  const awaited = seen.current.details === NO_DETAILS && latest.details !== NO_DETAILS;
  if (!spoken || age >= SPOKEN_MS || awaited) seen.current = latest;
  return seen;
}

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
/** Between two pictures that are read out by themselves. */
const SPOKEN_MS = 15_000;
