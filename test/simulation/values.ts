/** `values` over `base`, key by key. */
export function merged(base: object, values: object): object {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(values)) {
    const below = result[key];
    result[key] = isTable(value) && isTable(below) ? merged(below, value) : value;
  }
  return result;
}

const isTable = (value: unknown): value is object => typeof value === 'object' && value !== null;
