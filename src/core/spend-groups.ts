/** What spend can be summed up by. */
export const SPEND_GROUPS = ['model', 'provider', 'day', 'session', 'tenant'] as const;

export type SpendGroup = (typeof SPEND_GROUPS)[number];
