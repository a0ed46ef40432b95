/**
 * A session's key among the sessions of all tenants. Two tenants may use the same name; as the tenant's length stands
 * before it, no choice of names leads to the key of another.
 */
export const sessionKey = (session: string, tenant: string | undefined): string =>
  tenant === undefined ? `:${session}` : `${tenant.length}:${tenant}${session}`;
