import { agent, files, harmless, patch, shell, type ToolTable, typing, unforeseeable } from './reader.ts';

/**
 * The tools of Codex. Its hooks call every shell `Bash`; the other shells are what it calls them itself. Source:
 * `codex-rs/hooks` and `codex-rs/core/src/tools` of openai/codex.
 */
export const codexTools: ToolTable = {
  Bash: shell(),
  shell: shell(),
  shell_command: shell(),
  local_shell: shell(),
  exec_command: shell(),
  'container.exec': shell(),
  write_stdin: typing(['chars', 'input']),
  apply_patch: patch,
  read_file: files('read', ['file_path', 'path']),
  view_image: files('read', ['path']),
  spawn_agent: agent,
  send_input: agent,
  resume_agent: agent,
  js_repl: unforeseeable,
  close_agent: harmless,
  grep_files: harmless,
  list_dir: harmless,
  list_mcp_resources: harmless,
  list_mcp_resource_templates: harmless,
  read_mcp_resource: harmless,
  request_user_input: harmless,
  tool_search: harmless,
  update_plan: harmless,
  wait: harmless,
  wait_agent: harmless,
  web_search: harmless,
};
