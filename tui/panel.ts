import type { LogLevel } from '../src/telemetry/log.ts';
import type { Snapshot } from '../src/telemetry/snapshot.ts';
import type { Line } from './text.ts';

/** Rows of the overview, top to bottom; panels of one band stand side by side where there is room. */
export const BANDS = ['flow', 'services', 'charts', 'log'] as const;
export type Band = (typeof BANDS)[number];

/** How the person wants it shown, apart from what the snapshot says. */
export interface Look {
  /** Log entries below this level are left out. */
  readonly level: LogLevel;
  /** Milliseconds since the picture was taken: what counts down goes on while nothing else changes. */
  readonly sinceMs: number;
  /** The provider that was selected; null or absent while none was. */
  readonly provider?: string | null;
  /** `14:59:07`, of milliseconds since the epoch. */
  timeOfDay(at: number): string;
}

/**
 * One panel as data: a pure function from the snapshot to what is to be seen, and one from that to lines. Adding one is
 * a folder with its definition and a line in `panels/index.ts`.
 */
export interface PanelDefinition<Model> {
  readonly name: string;
  readonly band: Band;
  /** Of the width of its row, beside the shares of the others. */
  readonly share: number;
  /** Cells it needs at least, borders left aside. */
  readonly minWidth: number;
  /** Where there is no room for all, the panels with the lowest rank go first. */
  readonly rank: number;
  /** What is to be seen; null where the snapshot has no such section: the others get its space. */
  model(snapshot: Snapshot, look: Look): Model | null;
  /** Text from outside is safe when it is made a span. */
  title(model: Model, width: number): Line;
  /** Lines it needs at least, and those it can use; `Infinity` takes what is left. */
  height(model: Model, width: number): { readonly least: number; readonly most: number };
  view(model: Model, width: number, height: number): readonly Line[];
  /** The same in one line, for the live views of other commands. */
  compact?(model: Model, width: number): Line;
}

/** A panel with something to show. */
export interface Shown extends Pick<PanelDefinition<unknown>, 'name' | 'band' | 'share' | 'minWidth' | 'rank'> {
  title(width: number): Line;
  height(width: number): { readonly least: number; readonly most: number };
  lines(width: number, height: number): readonly Line[];
  /** Null when it has no short form. */
  compact(width: number): Line | null;
}

/** A definition whose model nobody else needs to know. */
export interface Panel {
  readonly name: string;
  show(snapshot: Snapshot, look: Look): Shown | null;
}

export function panel<Model>(definition: PanelDefinition<Model>): Panel {
  const { name, band, share, minWidth, rank } = definition;
  return {
    name,
    show(snapshot, look) {
      const model = definition.model(snapshot, look);
      if (model === null) return null;
      return {
        ...{ name, band, share, minWidth, rank },
        title: (width) => definition.title(model, width),
        height: (width) => definition.height(model, width),
        lines: (width, height) => definition.view(model, width, height),
        compact: (width) => definition.compact?.(model, width) ?? null,
      };
    },
  };
}
