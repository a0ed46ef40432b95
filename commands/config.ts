import type { Command } from './command.ts';
import { configInit } from './config/init.ts';
import { configPath } from './config/path.ts';
import { configSchema } from './config/schema.ts';
import { configShow } from './config/show.ts';
import { configValidate } from './config/validate.ts';

export const configCommand: Command = {
  name: 'config',
  summary: 'check and show the configuration',
  subcommands: [configValidate, configShow, configSchema, configInit, configPath],
};
