/** A kind of provider as the wizard offers it. */
export interface WorkerChoice {
  readonly worker: 'anthropic' | 'open_ai' | 'llama_cpp' | 'vllm' | 'echo';
  /** As the menu shows it. */
  readonly label: string;
  /** The variable that its key is looked for in; absent: it needs none. */
  readonly keyVariable?: string;
  /** Where to get a key. */
  readonly keySource?: string;
  /** The model that is proposed; absent: the server has one. */
  readonly model?: string;
  /** Where a server of one's own is expected. */
  readonly baseUrl?: string;
}

/** The menu, in the order of the document; vLLM stands beside llama.cpp, echo is last and the default. */
export const WORKERS: readonly WorkerChoice[] = [
  {
    worker: 'anthropic',
    label: 'Anthropic  (Claude)',
    keyVariable: 'ANTHROPIC_API_KEY',
    keySource: 'https://console.anthropic.com/settings/keys',
    model: 'claude-sonnet-4-6',
  },
  {
    worker: 'open_ai',
    label: 'OpenAI     (GPT-4o)',
    keyVariable: 'OPENAI_API_KEY',
    keySource: 'https://platform.openai.com/api-keys',
    model: 'gpt-4o',
  },
  { worker: 'llama_cpp', label: 'llama.cpp  (local, no key)', baseUrl: 'http://localhost:8080' },
  { worker: 'vllm', label: 'vLLM       (local, no key)', baseUrl: 'http://localhost:8000' },
  { worker: 'echo', label: 'echo       (offline test mode, no key needed)' },
];

export const DEFAULT_WORKER = 'echo';
