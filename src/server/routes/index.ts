import type { Route } from '../route.ts';
import { anthropicRoutes } from './anthropic.ts';
import { batchRoutes } from './batch.ts';
import { breakerRoutes } from './breakers.ts';
import { configRoutes } from './config.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { healthRoutes } from './health.ts';
import { inferRoutes } from './infer.ts';
import { laterRoutes } from './later.ts';
import { limitRoutes } from './limits.ts';
import { mcpRoutes } from './mcp.ts';
import { metaRoutes } from './meta.ts';
import { modelRoutes } from './models.ts';
import { openAiRoutes } from './openai.ts';
import { pluginRoutes } from './plugins.ts';
import { promptRoutes } from './prompt.ts';
import { reuseRoutes } from './reuse.ts';
import { routingRoutes } from './routing.ts';
import { stateRoutes } from './state.ts';
import { streamRoutes } from './stream.ts';

/** Every route there is, in the order of the OpenAPI document. */
export const routes: readonly Route[] = [
  ...promptRoutes,
  ...inferRoutes,
  ...batchRoutes,
  ...streamRoutes,
  ...openAiRoutes,
  ...anthropicRoutes,
  ...modelRoutes,
  ...mcpRoutes,
  ...healthRoutes,
  ...stateRoutes,
  ...deadLetterRoutes,
  ...breakerRoutes,
  ...reuseRoutes,
  ...routingRoutes,
  ...limitRoutes,
  ...pluginRoutes,
  ...configRoutes,
  ...metaRoutes(() => routes),
  ...laterRoutes,
];
