/** Where a project keeps its own rules, relative to the top of the repository. */
export const projectRulesPath = '.interlock/guardrails.yaml';
