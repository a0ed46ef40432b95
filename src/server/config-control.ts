/** One key that was changed or refused, as it is shown. */
export interface ShownChange {
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What became of a change of the configuration. */
export interface ConfigOutcome {
  readonly applied: readonly ShownChange[];
  /** What only a restart brings. */
  readonly needs_restart: readonly ShownChange[];
}

/** The configuration of the running service, for those who may look at it and change it. */
export interface ConfigControl {
  /** With secrets masked. */
  show(): unknown;
  /** Lays values over the running configuration. Throws `config_invalid` with every fault, and then nothing has changed. */
  patch(values: object): ConfigOutcome;
  /** Reads all sources again. Throws as `patch` does. */
  reload(): Promise<ConfigOutcome>;
}
