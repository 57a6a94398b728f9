import { type Finished, runToEnd } from './finished.ts';
import { cli } from './machine.ts';
import type { Workplace } from './workplace.ts';

export interface CopilotOptions {
  /** Copilot has other tools for other models; default: one that edits with `create` and `edit`. */
  readonly model?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Puts a prompt to the real Copilot CLI in the workplace's repository, with the scripted model behind it, and waits for its
 * end. It asks for nothing and speaks to no service of GitHub's, by `copilot help environment` and `copilot help providers`.
 */
export function askCopilot(
  { model: { address }, repository, environment }: Workplace,
  prompt: string,
  { model = 'claude-sonnet-4.5', environment: more }: CopilotOptions = {},
): Promise<Finished> {
  return runToEnd({
    command: cli('copilot'),
    args: ['-p', prompt, '--allow-all-tools', '--disable-client-telemetry'],
    folder: repository.folder,
    environment: {
      ...environment,
      COPILOT_AUTO_UPDATE: 'false',
      COPILOT_OFFLINE: 'true',
      COPILOT_MODEL: model,
      COPILOT_PROVIDER_BASE_URL: `${address}/v1`,
      COPILOT_PROVIDER_API_KEY: 'scripted',
      COPILOT_PROVIDER_WIRE_API: 'responses',
      ...more,
    },
  });
}
