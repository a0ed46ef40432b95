import type { Command } from './command.ts';
export const dlqCommand: Command = { name: 'dlq', summary: 'list, export or purge dead letters' };
