import { textIn } from '../fields.ts';
import {
  agent,
  fetching,
  files,
  harmless,
  patch,
  shell,
  type ToolReader,
  type ToolTable,
  typing,
  unforeseeable,
} from './reader.ts';

const create = files('write', ['path'], { content: ['file_text'] });
const edit = files('edit', ['path'], { content: ['new_str'], replaces: ['old_str'] });
const view = files('read', ['path']);

/** The older tool that is five in one. */
const stringReplaceEditor: ToolReader = (fields, context) => {
  switch (textIn(fields, 'command')) {
    case 'view':
      return view(fields, context);
    case 'create':
      return create(fields, context);
    default:
      return edit(fields, context);
  }
};

/**
 * The tools of Copilot's own agent: the command line, the agent host in the editor, the cloud. Source: its public hook
 * reference, and the names and arguments that VS Code 1.139.1's agent host knows.
 */
export const copilotTools: ToolTable = {
  bash: shell('bash'),
  powershell: shell('powershell'),
  local_shell: shell(),
  write_bash: typing(['input', 'command', 'text'], 'bash'),
  write_powershell: typing(['input', 'command', 'text'], 'powershell'),
  create,
  edit,
  str_replace: edit,
  insert: edit,
  str_replace_editor: stringReplaceEditor,
  apply_patch: patch,
  git_apply_patch: patch,
  view,
  show_file: view,
  web_fetch: fetching('url', 'urls'),
  task: agent,
  write_agent: agent,
  search_code_subagent: agent,
  create_pull_request: unforeseeable,
  ask_user: harmless,
  bash_shutdown: harmless,
  code_review: harmless,
  codeql_checker: harmless,
  exit_plan_mode: harmless,
  fetch_copilot_cli_documentation: harmless,
  'gh-advisory-database': harmless,
  glob: harmless,
  grep: harmless,
  list_agents: harmless,
  list_bash: harmless,
  list_powershell: harmless,
  lsp: harmless,
  mcp_reload: harmless,
  mcp_validate: harmless,
  parallel_validation: harmless,
  powershell_shutdown: harmless,
  propose_work: harmless,
  read_agent: harmless,
  read_bash: harmless,
  read_powershell: harmless,
  reply_to_comment: harmless,
  report_intent: harmless,
  report_progress: harmless,
  rg: harmless,
  skill: harmless,
  // The agent's own list of things to do, in a database of its session.
  sql: harmless,
  stop_bash: harmless,
  stop_powershell: harmless,
  store_memory: harmless,
  task_complete: harmless,
  think: harmless,
  tool_search_tool_regex: harmless,
  update_todo: harmless,
  web_search: harmless,
};
