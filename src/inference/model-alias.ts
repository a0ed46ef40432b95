import type { PromptRequest } from '../core/request.ts';

/**
 * The model that a provider is to be asked for when a request names `asked`: `provider/model` names both, and a
 * provider's own name stands for its usual model, which is null here. Any other name is a model.
 */
export function modelAt(provider: string, asked: string): string | null {
  if (!asked.startsWith(provider)) return asked;
  if (asked.length === provider.length) return null;
  return asked[provider.length] === '/' ? asked.slice(provider.length + 1) : asked;
}

/** Who answers for a model name: a provider by its name or `provider/model`, or all whose usual model it is. */
export function namedBy<One extends { readonly name: string; readonly model: string }>(
  asked: string,
  providers: readonly One[],
): readonly One[] | null {
  // The longest name: one may begin with another.
  const named = providers
    .filter(({ name }) => asked === name || asked.startsWith(`${name}/`))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (named !== undefined) return [named];
  const usual = providers.filter(({ model }) => model === asked);
  return usual.length === 0 ? null : usual;
}

/** Gives requests the model that the name they ask for stands for (`routing.aliases`); null when no name stands for another. */
export function modelAliases(
  aliases: Readonly<Record<string, string>>,
): ((request: PromptRequest) => PromptRequest) | null {
  const byName = new Map(Object.entries(aliases));
  if (byName.size === 0) return null;
  return (request) => {
    const model = request.model === undefined ? undefined : byName.get(request.model);
    return model === undefined ? request : { ...request, model };
  };
}
