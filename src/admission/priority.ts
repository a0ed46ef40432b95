import { PRIORITIES, type Priority } from '../core/priority.ts';
import type { PromptRequest } from '../core/request.ts';

/** The priority class of an API key or tenant. */
export interface PriorityClass {
  /** Of requests that name none. */
  readonly priority?: Priority | undefined;
  /** The highest that its requests may have. */
  readonly max_priority?: Priority | undefined;
}

/** Gives requests the priority that their tenant's class allows; null when there are no classes. */
export function priorityClasses(
  classes: Readonly<Record<string, PriorityClass>>,
): ((request: PromptRequest) => PromptRequest) | null {
  const byTenant = new Map(Object.entries(classes));
  if (byTenant.size === 0) return null;
  return (request) => {
    const own = request.tenant === undefined ? undefined : byTenant.get(request.tenant);
    if (own === undefined) return request;
    const asked = PRIORITIES.indexOf(request.priority ?? own.priority ?? 'normal');
    const priority = PRIORITIES[Math.max(asked, PRIORITIES.indexOf(own.max_priority ?? 'critical'))]!;
    return priority === request.priority ? request : { ...request, priority };
  };
}
