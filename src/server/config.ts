import { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';

const hostName = z.string().regex(/^[A-Za-z0-9.:[\]-]{1,255}$/, 'must be a host name or an address, without port');

export const serverSection = {
  path: 'server',
  summary: 'The web API: where it listens, and whom it lets in.',
  schema: z.strictObject({
    host: hostName
      .default('127.0.0.1')
      .describe('Address to listen on. One that others can reach needs an API key (or `--insecure`).'),
    port: z.int().min(0).max(65_535).default(8080).describe('Port to listen on; 0 takes any free one.'),
    api_keys_env: z
      .string()
      .regex(/^[A-Z_][A-Z0-9_]*$/, 'must be the name of an environment variable in capitals, not a key')
      .default('API_KEY')
      .describe(
        'Environment variable that holds the key that callers must send; several are separated by commas, each `KEY` or `NAME:KEY`.',
      ),
    allowed_origins: z
      .array(z.string().regex(/^https?:\/\/[^/\s]+$/, 'must be an origin such as https://app.example.com'))
      .default([])
      .describe('Origins whose pages may call the API from a browser; `ALLOWED_ORIGINS` adds to them.'),
    allowed_hosts: z
      .array(hostName)
      .default([])
      .describe('Names, beside its own, under which the server may be called (against DNS rebinding).'),
    body_limit_mb: z.number().min(0.001).max(1024).default(4).describe('Largest body of a request, in MiB.'),
    drain_s: z
      .number()
      .min(0)
      .max(3600)
      .default(30)
      .describe('Seconds that requests in flight may take when the service is told to stop.'),
  }),
} as const satisfies ConfigSection;
