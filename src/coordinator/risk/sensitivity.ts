import { isSecretFile } from '../guardrails/secret-files.ts';
import type { Resource } from '../kernel/operation.ts';

/** What builds, ships or guards the repository: whoever changes it changes what happens to everybody's work. */
const steering =
  /(?:^|\/)(?:\.github\/(?:workflows|actions)|\.circleci|\.husky|\.interlock|\.devcontainer|terraform|migrations)(?:\/|$)|(?:^|\/)(?:\.gitlab-ci\.ya?ml|azure-pipelines\.ya?ml|Jenkinsfile|Dockerfile[\w.-]*|docker-compose[\w.-]*\.ya?ml|CODEOWNERS|\.npmrc|\.pre-commit-config\.yaml)$/i;

/**
 * How much harm a change of the resource could do, 0 to 1: credentials 1, what steers the project 0.5, what governs the
 * agents 0.5, anything else 0.
 */
export function sensitivityOf({ type, id }: Resource): number {
  switch (type) {
    case 'File':
      if (isSecretFile(id)) return 1;
      return steering.test(id) ? 0.5 : 0;
    case 'Policy':
    case 'Approval':
    case 'Grant':
      return 0.5;
    default:
      return 0;
  }
}
