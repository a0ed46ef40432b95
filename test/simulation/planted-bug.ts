/** A bug that the engine does not have, and that the simulation must find. */
export interface PlantedBug {
  readonly name: string;
  /** The checkers that may be the first to notice. */
  readonly foundBy: readonly string[];
  /** Puts the bug in; the returned function takes it out. */
  plant(): () => void;
}

/** Takes the place of a method, a private one too. */
export type Replacement<Self, Args extends unknown[]> = (self: Self, args: Args, original: () => unknown) => unknown;

/** Replaces a method; the returned function puts it back. */
export function replace<Self extends object, Args extends unknown[]>(
  owner: { readonly prototype: object },
  method: string,
  replacement: Replacement<Self, Args>,
): () => void {
  const prototype = owner.prototype as Record<string, unknown>;
  const original = prototype[method] as (...args: Args) => unknown;
  prototype[method] = function (this: Self, ...args: Args) {
    return replacement(this, args, () => Reflect.apply(original, this, args));
  };
  return () => {
    prototype[method] = original;
  };
}
