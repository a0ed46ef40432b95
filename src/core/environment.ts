/** Environment variables as a parameter; an unset variable is absent. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The process environment: the one door to it. */
export function systemEnvironment(): Environment {
  return process.env;
}
